// What is wrong with the data, and how often the models are right: by labels, and by their scores where labels lack.
import { asTable, draw, h } from "./dom.js";
import { chart, shares } from "./charts.js";
import { windowName } from "./drift.js";
import { clock, count, minute, percent, plural, probability, seriesName } from "./format.js";
import { getJson } from "./live.js";

const FAULTS = {
  NULLS: ["Values are missing", "a value that is missing or no number"],
  TYPE_FLIP: ["Values are of another type", "a value of another type"],
  UNIT_CHANGE: ["Values are of another unit", "a value larger by a power of ten than any should be"],
  TRUNCATION: ["Contents are cut", "a content or a text that ends at one length"],
  DUPLICATES: ["Contents repeat", "a content that came before"],
  MOJIBAKE: ["Text is garbled", "text that was read in the wrong charset"],
  EMPTY_TEXT: ["There is no text", "no text at all"],
  HTML_IN_TEXT: ["Text holds HTML", "HTML tags in its text"],
  TIMESTAMP_SKEW: ["Clocks are wrong", "a time that its records contradict"],
  UNKNOWN_CATEGORY: ["A category is unknown", "a label or type that the pipeline does not know"],
  CONSTANT_COLUMN: ["Values never change", "one and the same value that was rare"],
  INVALID_EMBEDDING: ["Embeddings are broken", "an embedding with an element that is no number, infinite or beyond 65,504"],
  OTHER_DIMENSION: ["Embeddings are of another size", "an embedding of another size than those of the model's profile"],
};
const STANDINGS = {
  CONFIRMED: "The last labels agree with the scores.",
  NOT_IDENTIFIABLE_WITHOUT_LABELS: "To be believed only if labels come about as they did in training: that they changed while uploads did not, no upload can tell. Post labels to find out.",
  NOT_IDENTIFIABLE_CONTRADICTED: "Not to be believed: the last labels contradict the scores.",
};
const FIGURES = { accuracy: "Accuracy", precision: "Precision", recall: "Recall", f1: "F1", rocAuc: "ROC AUC", brier: "Brier score", calibrationError: "Calibration error" };
const title = ({ fault }) => FAULTS[fault]?.[0] ?? fault;
const between = ({ low, high }) => `${percent(low, 1)} to ${percent(high, 1)}`;
const share = (interval) => (interval === null ? "–" : `${percent(interval.value, 1)} (${between(interval)})`);
const plain = (interval) => (interval === null ? "–" : `${interval.value.toFixed(3)} (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`);
const figure = (name, interval) => (["rocAuc", "brier", "calibrationError"].includes(name) ? plain : share)(interval);
const rowsOf = ({ fault, rows, share: part }) => `${plural(rows, "upload")} (${percent(part, 1)}) with ${FAULTS[fault]?.[1] ?? fault}`;

// An alert about the data as a notice at the top of the page.
export function dataNotice(alert) {
  return h("section", { class: "notice", "data-state": "alarm", "data-model": alert.model, "aria-label": `Data alarm for ${alert.model}` },
    h("h2", {}, `${alert.model}: something is wrong with the data`),
    h("p", {}, `In the window ${windowName(alert)}, of ${plural(alert.rows, "upload")}:`),
    h("ul", {}, alert.faults.map((one) => h("li", {}, h("b", {}, title(one)), `: ${rowsOf(one)}`))),
    h("p", {}, h("a", { href: "#quality" }, "Look at the data")));
}

// An alert about a model as a notice at the top of the page.
export function modelNotice({ model, end, block }) {
  return h("section", { class: "notice", "data-state": "alarm", "data-model": model, "aria-label": `Quality alarm for ${model}` },
    h("h2", {}, `${model}: wrong more often than its scores say`),
    h("p", {}, `Of ${plural(block.rows, "label")} until ${clock(end)}, ${count(block.errors)} contradict the model; by its scores ${Math.round(block.expectedErrors)} were to be expected.`),
    h("p", {}, h("a", { href: "#quality" }, "Look at the labels")));
}

// Whether there were enough rows to say anything.
const isTold = ({ series }) => series.some(({ adjustedPValue }) => adjustedPValue !== null);

// Draws what the last telling window of each model version says of its data; reports as of api/drift.
export function drawData({ reports }) {
  const last = Object.values(reports).map((windows) => windows.findLast(isTold) ?? windows.at(-1)).filter((window) => window !== undefined);
  draw("data-body", last.map(({ model, start, rows, faults, series }) => [model, start, rows, faults, isTold({ series })]), () => [
    h("h3", {}, "Data"),
    last.length === 0 ? h("p", { class: "empty" }, "No window is complete yet.") : null,
    ...last.flatMap((window) => [
      h("p", { class: "hint" }, `${window.model}, ${windowName(window)}, ${plural(window.rows, "upload")}`),
      !isTold(window) ? h("p", { class: "empty" }, "Too few uploads to tell.") : window.faults.length === 0
        ? h("p", {}, "Nothing wrong that can be told: nothing missing, cut, garbled or repeated beyond what is usual.")
        : h("ul", { class: "faults" }, window.faults.map(faultItem)),
    ]),
  ]);
}

function faultItem(fault) {
  return h("li", {}, h("b", {}, title(fault)), `: ${rowsOf(fault)}`,
    fault.where.length === 0 ? null : `, in ${fault.where.map(seriesName).join(", ")}`,
    h("span", { class: "quiet" }, ` p ${probability(fault.pValue)}`),
    fault.examples.length === 0 ? null : h("details", { class: "figures" }, h("summary", {}, "Examples"),
      h("div", { class: "examples" }, h("ul", {}, fault.examples.map((id) => h("li", {}, h("code", {}, id)))))));
}

// Reads the figures anew, and returns them.
export async function readQuality() {
  const answer = await getJson("api/quality");
  const models = [...new Set([...answer.models.map(({ model }) => model), ...Object.keys(answer.withoutLabels)])].toSorted();
  draw("quality-body", answer, () => (models.length === 0
    ? [h("div", { class: "card" }, h("h3", {}, "Models"), h("p", { class: "empty" }, "No upload has been scored yet."))]
    : models.map((model) => modelCard(model, answer.models.find((one) => one.model === model) ?? null, answer.withoutLabels[model] ?? []))));
  return answer;
}

function modelCard(model, labelled, estimates) {
  return h("div", { class: "card stacked" }, h("h3", {}, model),
    labelled === null
      ? h("p", { class: "empty" }, "No labels yet. Post what an upload truly was to ", h("code", {}, "/v1/uploads/{id}/feedback"), ", and its figures show here.")
      : h("div", { class: "labels" }, figuresOf(labelled), blocksOf(labelled)),
    estimatesOf(estimates));
}

function figuresOf({ model, figures, slices }) {
  return h("div", {},
    h("p", { class: "figure" }, h("b", {}, percent(figures.accuracy.value, 1)), h("span", {}, " right")),
    h("p", { class: "hint" }, `${between(figures.accuracy)} with 95 % confidence, by ${plural(figures.rows, "label")}`),
    asTable(`Figures of ${model}`, [["Figure"], ["With 95 % confidence", "right"]], () => Object.entries(FIGURES)
      .map(([name, text]) => [text, figure(name, figures[name])]), "All figures"),
    Object.keys(slices).length === 0 ? null : asTable(`Slices of ${model}`, [["Slice"], ["Labels", "right"], ["Accuracy", "right"], ["Recall", "right"], ["Precision", "right"]], () => Object.entries(slices).toSorted()
      .map(([name, one]) => [name, count(one.rows), share(one.accuracy), share(one.recall), share(one.precision)]), "By slice"));
}

function blocksOf({ model, blocks }) {
  if (blocks.length === 0) {
    return h("p", { class: "empty" }, "Two hundred labels make the first point of a line over time.");
  }
  const points = blocks.map(({ end, labels, bad }) => ({
    value: 1 - labels.errors / labels.rows, low: null, high: null, expected: 1 - labels.expectedErrors / labels.rows, time: minute(end),
    bad,
    title: `Until ${clock(end)}: ${count(labels.errors)} of ${plural(labels.rows, "label")} contradict the model, ${labels.expectedErrors.toFixed(1)} expected by its scores`,
  }));
  const holder = h("div", { class: "plot" });
  chart(holder, shares)({ label: `Share of right predictions of ${model} in ${plural(points.length, "block")} of 200 labels, the last ${percent(points.at(-1).value, 1)}.`, points, format: (part) => percent(part) });
  return h("div", {}, h("h4", {}, "By labels"), holder,
    h("ul", { class: "key", "aria-hidden": "true" }, h("li", {}, "right, of 200 labels each"), h("li", { class: "key-reference" }, "to be expected by the scores")),
    asTable(`Labels of ${model}`, [["Until"], ["Wrong", "right"], ["Expected", "right"]], () => blocks.toReversed()
      .map(({ end, labels }) => [clock(end), `${count(labels.errors)} of ${count(labels.rows)}`, labels.expectedErrors.toFixed(1)])));
}

function estimatesOf(estimates) {
  const known = estimates.filter(({ accuracy }) => accuracy !== null);
  if (known.length === 0) return h("p", { class: "empty" }, "Without labels: no window with scores is complete yet.");
  const last = known.at(-1);
  const points = known.map(({ start, rows, accuracy, standing }) => ({
    ...accuracy, expected: null, bad: standing === "NOT_IDENTIFIABLE_CONTRADICTED", time: minute(start),
    title: `From ${clock(start)}: ${share(accuracy)}, by ${plural(rows, "score")}`,
  }));
  const holder = h("div", { class: "plot" });
  chart(holder, shares)({ label: `Estimated accuracy of ${plural(points.length, "window")} without labels, the last ${share(last.accuracy)}.`, points, format: (part) => percent(part) });
  return h("div", {}, h("h4", {}, `Without labels: ${percent(last.accuracy.value, 1)} right, if scores mean what they meant`),
    h("p", { class: "hint" }, STANDINGS[last.standing]), holder,
    asTable("Estimates without labels", [["Window from"], ["Scores", "right"], ["Accuracy", "right"]], () => known.toReversed()
      .map(({ start, rows, accuracy }) => [clock(start), count(rows), share(accuracy)])));
}
