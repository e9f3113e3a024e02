# MiniLM: 6 layers, 12 heads of 32, width 384. The layers' tensors are stacked: the first dimension is the layer.
# ids: (B, L) int64, padded; lengths: (B) int64. Returns (B, 384) float32, each row of length 1.
def forward(self: __torch__.Encoder,
    ids: Tensor,
    lengths: Tensor) -> Tensor:
  batch = torch.size(ids, 0)
  length = torch.size(ids, 1)
  mask = torch.lt(torch.unsqueeze(torch.narrow(self.positions, 0, 0, length), 0), torch.unsqueeze(lengths, 1))
  attention_mask = torch.unsqueeze(torch.unsqueeze(mask, 1), 1)
  words = torch.add(torch.embedding(self.word_embeddings, ids), self.token_type_embedding)
  words = torch.add(words, torch.narrow(self.position_embeddings, 0, 0, length))
  x = torch.layer_norm(words, [384], self.embeddings_norm_weight, self.embeddings_norm_bias, 1e-12)
  for i in range(6):
    projected = torch.linear(x, torch.select(self.qkv_weight, 0, i), torch.select(self.qkv_bias, 0, i))
    heads = torch.permute(torch.view(projected, [batch, length, 3, 12, 32]), [2, 0, 3, 1, 4])
    query = torch.select(heads, 0, 0)
    key = torch.select(heads, 0, 1)
    value = torch.select(heads, 0, 2)
    attended = torch.scaled_dot_product_attention(query, key, value, attention_mask)
    attended = torch.reshape(torch.transpose(attended, 1, 2), [batch, length, 384])
    attended = torch.linear(attended, torch.select(self.attention_weight, 0, i), torch.select(self.attention_bias, 0, i))
    x = torch.layer_norm(torch.add(x, attended), [384], torch.select(self.attention_norm_weight, 0, i), torch.select(self.attention_norm_bias, 0, i), 1e-12)
    inner = torch.gelu(torch.linear(x, torch.select(self.intermediate_weight, 0, i), torch.select(self.intermediate_bias, 0, i)))
    inner = torch.linear(inner, torch.select(self.output_weight, 0, i), torch.select(self.output_bias, 0, i))
    x = torch.layer_norm(torch.add(x, inner), [384], torch.select(self.output_norm_weight, 0, i), torch.select(self.output_norm_bias, 0, i), 1e-12)
  weight = torch.unsqueeze(torch.to(mask, 6), -1)
  sum = torch.sum(torch.mul(torch.to(x, 6), weight), [1])
  mean = torch.div(sum, torch.unsqueeze(torch.to(lengths, 6), -1))
  norm = torch.linalg_vector_norm(mean, 2, [1], True)
  return torch.div(mean, torch.clamp_min(norm, 1e-12))
