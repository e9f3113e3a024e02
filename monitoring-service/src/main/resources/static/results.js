// The last results, and what could not be read.
import { byId, draw, h, table, tableRows } from "./dom.js";
import { clock, duration } from "./format.js";

const COLUMNS = [["Published"], ["Outcome"], ["Score", "right"], ["Model", "optional"], ["Took"], ["Upload", "optional"], ["Trace"]];
const HOPS = ["collector", "feature", "inference", "postprocessor"];

// An id that is too long to be read: its end, which tells ids apart, and the whole to be copied.
export function copyable(what, id) {
  const button = h("button", {
    type: "button", class: "copy", "data-key": `${what} ${id}`, title: `Copy ${what} ${id}`, "aria-label": `Copy ${what} ${id}`,
    onclick: async () => {
      await navigator.clipboard?.writeText(id);
      button.dataset.copied = "";
      setTimeout(() => delete button.dataset.copied, 1500);
    },
  }, h("code", {}, `…${id.slice(-6)}`));
  return button;
}

// Where the time went, as a bar; each service has its own shade, and what is pale was spent in Kafka.
export function way(steps) {
  const total = steps.reduce((sum, { queued, work }) => sum + queued + work, 0);
  if (total === 0) return null;
  const text = steps.map(({ stage, queued, work }) => `${stage} ${duration(work)}${queued > 0 ? ` after ${duration(queued)} in Kafka` : ""}`).join(", ");
  return h("span", { class: "way", role: "img", "aria-label": text, title: text }, steps.flatMap(({ stage, queued, work }) => [
    queued > 0 ? h("i", { class: "queued", "--share": queued / total }) : null,
    work > 0 ? h("i", { class: `work-${HOPS.indexOf(stage)}`, "--share": work / total }) : null,
  ]).filter((part) => part !== null));
}

const outcome = ({ status, label, code }) => label ?? code?.replaceAll("_", "_\u200b") ?? status.toLowerCase();

function rows(results) {
  return results.map((one) => Object.assign([
    clock(one.publishedAt),
    h("span", { class: one.status === "SUCCEEDED" ? "outcome" : "outcome trouble" }, outcome(one)),
    one.score === null ? "–" : one.score.toFixed(3),
    one.model ?? "–",
    h("span", { class: "took" }, h("span", {}, duration(one.millis)), way(one.steps)),
    copyable("upload id", one.id),
    one.traceId === null ? h("span", { class: "quiet" }, "none") : copyable("trace id", one.traceId),
  ], { attributes: { "data-id": one.id } }));
}

export function drawResults({ results, badRecords }) {
  draw("results-body", results.length === 0, () => (results.length === 0
    ? h("p", { class: "empty" }, "No result since this service started. The next shows here as soon as it is published.")
    : h("div", { class: "card scroll flat", tabindex: "0", role: "region", "aria-label": "Table of results" },
      table("Recent results", COLUMNS, [], {}, "results-rows"))));
  // The rows alone, so that the table stays where it was scrolled to.
  if (results.length > 0) draw("results-rows", results, () => tableRows(COLUMNS, rows(results)));
  byId("bad").hidden = badRecords.length === 0;
  draw("bad-body", badRecords, (records) => records.map(({ place, at, reason }) =>
    h("li", {}, h("code", {}, place), ` at ${clock(at)}: ${reason}`)));
}
