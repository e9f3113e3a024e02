def forward(self: __torch__.MultilayerHead,
    embedding: Tensor,
    features: Tensor) -> Tensor:
  standardised = torch.div(torch.sub(features, self.mean), self.standard_deviation)
  input = torch.cat([embedding, torch.clamp(standardised, -10., 10.)], 1)
  hidden = torch.relu(torch.linear(input, self.hidden_weight, self.hidden_bias))
  logits = torch.linear(hidden, self.output_weight, self.output_bias)
  return torch.softmax(torch.to(logits, 7), 1)
