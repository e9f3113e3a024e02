// A box to send an upload through the pipeline.
import { byId, h } from "./dom.js";
import { duration, percent } from "./format.js";
import { getJson } from "./live.js";
import { copyable, way } from "./results.js";

const TIMEOUT = 40_000;
const SAMPLES = {
  "a wanted mail": "From: Ruth <ruth@example.org>\nTo: club@example.org\nSubject: Minutes of Tuesday\n\nHello all,\n\nthe minutes are attached. Please tell me by Friday what I got wrong,\nthen I send them to the board.\n\nRuth\n",
  "a spam mail": "From: Prize Office <win@example.com>\nTo: you@example.org\nSubject: YOU WON $1,000,000 !!!\n\nCongratulations!!! Your address was drawn in our lottery.\nClick here NOW to claim your CASH prize: http://prize.example.com/claim\nAct today, 100% free, no risk, limited offer!!!\n",
};
const HEADER = /^[A-Za-z][A-Za-z0-9-]*:[ \t]?.*(\r?\n[ \t].*)*\r?\n/;
const size = (bytes) => (bytes >= 1 << 20 ? `${Number((bytes / (1 << 20)).toFixed(1))} MiB` : bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`);

let file = null;
let maxBytes = 0;

const text = h("textarea", { id: "trial-text", rows: "9", spellcheck: "false", placeholder: "Paste an e-mail with its header, or any text", "aria-describedby": "trial-kind", oninput: kind });
const picker = h("input", { type: "file", id: "trial-file", class: "unseen", accept: ".eml,.txt,message/rfc822,text/plain", onchange: () => take(picker.files[0]) });
const kindLine = h("p", { class: "hint", id: "trial-kind" });
const chip = h("p", { class: "chip", hidden: true });
const send = h("button", { type: "submit", class: "primary" }, "Send it");
const outcome = h("div", { id: "trial-outcome", "aria-live": "polite" }, h("p", { class: "empty" }, "The answer shows here, with the score and the way it took."));

const isMail = (content) => HEADER.test(content);

function kind() {
  if (file !== null) return;
  const bytes = new TextEncoder().encode(text.value).length;
  kindLine.textContent = bytes === 0 ? `At most ${size(maxBytes)}.` : `Goes as ${isMail(text.value) ? "an e-mail, since it begins with a header" : "plain text"}: ${size(bytes)}.`;
}

function take(chosen) {
  if (!chosen) return;
  file = chosen;
  text.disabled = true;
  chip.hidden = false;
  chip.replaceChildren(h("b", {}, file.name), ` ${size(file.size)} `, h("button", { type: "button", class: "quiet-button", onclick: drop }, "Remove"));
  kindLine.textContent = "The file goes as it is.";
  send.focus();
}

function drop() {
  file = null;
  picker.value = "";
  text.disabled = false;
  chip.hidden = true;
  kind();
  text.focus();
}

function fill(sample) {
  if (file !== null) drop();
  text.value = sample;
  kind();
}

function say(...children) {
  outcome.replaceChildren(...children.filter((child) => child !== null));
}

const refused = (title, detail) => h("div", { class: "verdict", "data-state": "trouble" }, h("p", { class: "figure" }, h("b", {}, title)), h("p", {}, detail));

function verdict(result) {
  if (result.status === "PENDING") return refused("On its way", "It was accepted, but its result did not come within 20 seconds. It will show among the recent results.");
  if (result.status !== "SUCCEEDED") return refused(result.status === "EXPIRED" ? "Expired" : result.error.title, result.error?.detail ?? "Its deadline passed before its work began.");
  const took = result.publishedAt ? Date.parse(result.publishedAt) - Date.parse(result.acceptedAt) : null;
  const steps = stepsOf(result);
  return h("div", { class: "verdict" },
    h("p", { class: "figure" }, h("b", {}, result.label), " ", h("span", {}, `score ${result.score.toFixed(3)}`)),
    h("div", { class: "meter", role: "img", "aria-label": `Score ${result.score.toFixed(3)}; from ${result.threshold} on it is the pipeline's positive label`, "--value": result.score, "--mark": result.threshold }, h("i"), h("b")),
    h("p", { class: "hint" }, `From ${percent(result.threshold)} on, the positive label is chosen.`),
    h("dl", {},
      h("dt", {}, "Model"), h("dd", {}, `${result.model.name}/${result.model.version}, ${result.model.precision}`),
      h("dt", {}, "Time"), h("dd", {}, result.cached ? "at once: this content was answered before" : duration(took), steps.length > 0 ? way(steps) : null),
      h("dt", {}, "Upload"), h("dd", {}, copyable("upload id", result.id)),
      result.traceId ? [h("dt", {}, "Trace"), h("dd", {}, copyable("trace id", result.traceId))] : []));
}

function stepsOf({ acceptedAt, hops }) {
  let before = Date.parse(acceptedAt);
  return (hops ?? []).map(({ service, receivedAt, sentAt }) => {
    const step = { stage: service, queued: Math.max(0, Date.parse(receivedAt) - before), work: Date.parse(sentAt) - Date.parse(receivedAt) };
    before = Date.parse(sentAt);
    return step;
  });
}

async function submit(event) {
  event.preventDefault();
  const content = file ?? text.value;
  const bytes = file === null ? new TextEncoder().encode(content).length : file.size;
  if (bytes === 0) return say(refused("Nothing to send", "Paste a text, choose a file, or take one of the samples."));
  if (bytes > maxBytes) return say(refused("Too large", `It has ${size(bytes)}; the pipeline takes at most ${size(maxBytes)}.`));
  const mail = file === null ? isMail(content) : !/\.txt$/i.test(file.name);
  send.disabled = true;
  say(h("p", { class: "empty" }, "On its way through the services …"));
  try {
    const response = await fetch("api/try", {
      method: "POST", body: content, signal: AbortSignal.timeout(TIMEOUT), headers: { "Content-Type": mail ? "message/rfc822" : "text/plain; charset=utf-8" },
    });
    const body = await response.json();
    say(response.ok ? verdict(body) : refused(body.title ?? "It was refused", body.detail ?? `Status ${response.status}.`));
  } catch (error) {
    say(refused("No answer", error.name === "TimeoutError" ? "The service took too long. The upload may still be on its way."
      : error instanceof SyntaxError ? "What came is no answer of the monitoring service. Is a proxy between?" : "The monitoring service cannot be reached. Try again in a moment."));
  } finally {
    send.disabled = false;
  }
}

// Shows the box if the service knows where to send what is tried.
export async function offerTrial() {
  const trials = await getJson("api/try");
  byId("try").hidden = !trials.available;
  document.querySelector('nav a[href="#try"]').hidden = !trials.available;
  if (!trials.available || byId("trial").firstChild) return;
  maxBytes = trials.maxBytes;
  const form = h("form", { onsubmit: submit, novalidate: true },
    h("label", { for: "trial-text" }, "E-mail or text"), text, chip, kindLine,
    h("div", { class: "actions" }, send,
      h("label", { for: "trial-file", class: "file" }, picker, h("span", {}, "Choose a file")),
      h("span", { class: "quiet" }, "or drop an .eml here"),
      h("span", { class: "samples" }, "Take ", Object.entries(SAMPLES).map(([name, sample], i) => [i > 0 ? " or " : "", h("button", { type: "button", class: "quiet-button", onclick: () => fill(sample) }, name)]).flat())));
  const box = byId("trial");
  box.append(form, outcome);
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (event) => { event.preventDefault(); box.dataset.over = ""; });
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => delete box.dataset.over);
  box.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); });
  kind();
}
