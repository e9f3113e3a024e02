// Windows of traffic against what a model was trained on: alarms, the windows over time, each series, its histogram.
import { asTable, draw, h } from "./dom.js";
import { chart, columns, evidence, spark } from "./charts.js";
import { clock, count, minute, number, percent, plural, probability, range, seriesName } from "./format.js";
import { getJson } from "./live.js";

const SHOWN = 8;
const STATES = { TOO_FEW_ROWS: "too few rows", STABLE: "as in training", DRIFTED: "drifted" };
const UNREAD = "unread";
const chosen = { model: null, window: null, series: null, all: false };
let answer = null;
let histograms = { key: null, found: null };
let turn = 0;

// Windows of less than a minute have the same minute.
const moment = (instant, { start, end }) => (Date.parse(end) - Date.parse(start) < 60_000 ? clock(instant) : minute(instant));
export const windowName = (window) => `${moment(window.start, window)} to ${moment(window.end, window)}`;
const judged = ({ adjustedPValue }) => adjustedPValue !== null;
const signed = (effect) => (effect === null ? "–" : `${effect < 0 ? "−" : "+"}${Math.abs(effect).toFixed(2)}`);
const direction = (effect) => (effect > 0.02 ? "higher" : effect < -0.02 ? "lower" : "spread otherwise");
// Embeddings are no series, and have no bins.
const moved = ({ embedding: figures, effect }) => (figures ? "unlike those of training" : `${direction(effect)} than in training`);
const byEvidence = (a, b) => (a.pValue ?? 2) - (b.pValue ?? 2) || Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0);
const least = (report) => Math.min(1, ...report.series.filter(judged).map(({ adjustedPValue }) => adjustedPValue));
const drifted = (report) => report.series.filter(({ state }) => state === "DRIFTED").length;

// An alarm as a notice at the top of the page.
export function alarmNotice(alert) {
  const top = alert.series.slice(0, 3).map((one) =>
    h("li", {}, h("b", {}, seriesName(one.series)), ` ${moved(one)}, effect ${signed(one.effect)}, ${percent(one.share)} of the evidence`));
  return h("section", { class: "notice", "data-state": "alarm", "data-model": alert.model, "aria-label": `Drift alarm for ${alert.model}` },
    h("h2", {}, `${alert.model}: uploads are not as in training`),
    h("p", {}, `${plural(alert.drifted, "series", "series")} drifted in the window ${windowName(alert)} (${plural(alert.rows, "upload")}). What changed most:`),
    h("ul", {}, top),
    h("p", {}, h("a", { href: "#drift", onclick: () => choose({ model: alert.model, window: alert.start, series: alert.series[0]?.series ?? null }) }, "Look at what changed")));
}

// Reads the reports anew, and returns them.
export async function readDrift() {
  answer = await getJson("api/drift");
  await show();
  return answer;
}

async function choose(change) {
  Object.assign(chosen, change);
  await show();
}

function reportsShown() {
  const models = Object.keys(answer.reports).filter((model) => answer.reports[model].length > 0);
  if (!models.includes(chosen.model)) {
    const alarmed = answer.alerts.find(({ state, model }) => state === "OPENED" && models.includes(model));
    Object.assign(chosen, { model: alarmed?.model ?? models.at(-1) ?? null, window: null, series: null });
  }
  return { models, reports: answer.reports[chosen.model] ?? [] };
}

async function show() {
  const mine = ++turn;
  const { models, reports } = reportsShown();
  // Without a choice it is the last window that says something, and goes on with it.
  const report = reports.find(({ start }) => start === chosen.window) ?? reports.findLast((one) => one.series.some(judged)) ?? reports.at(-1) ?? null;
  const sorted = report === null ? [] : report.series.toSorted(byEvidence);
  const series = sorted.find((one) => one.series === chosen.series) ?? sorted[0] ?? null;
  const found = series === null || !judged(series) || series.embedding ? null : await readHistogram(report, series.series);
  // Another choice was made meanwhile.
  if (mine !== turn) return;
  const data = { models, reports, report: report?.start, series, found, all: chosen.all, without: answer.withoutFigures };
  draw("drift-body", data, () => [
    ...body(models, reports, report, sorted, series, found),
    ...Object.entries(answer.withoutFigures).map(([model, reason]) =>
      h("p", { class: "empty" }, h("b", {}, model), ` is not watched: ${reason}`)),
  ]);
}

async function readHistogram({ model, start }, series) {
  const key = `${model} ${start}`;
  if (histograms.key !== key) {
    const query = new URLSearchParams({ model, start });
    try {
      histograms = { key, found: await getJson(`api/drift/histograms?${query}`) };
    } catch ({ status }) {
      if (status !== 404) return UNREAD;
      histograms = { key, found: null };
    }
  }
  return histograms.found?.find((one) => one.series === series) ?? null;
}

function body(models, reports, report, sorted, series, found) {
  if (report === null) {
    return Object.keys(answer.withoutFigures).length > 0 ? [] : [h("p", { class: "empty" },
      "No window is complete yet. The first is judged once it is over and the records that come late have had their time: "
      + "a quarter of an hour after the first upload, unless it is set otherwise.")];
  }
  return [
    h("div", { class: "card" }, heading(models, reports, report), timeline(reports, report)),
    sorted.some(judged) ? h("div", { class: "split" }, list(reports, report, sorted, series), detail(report, series, found))
      : h("p", { class: "empty" }, `Too few uploads in this window to say anything: ${count(report.rows)}.`),
  ];
}

function heading(models, reports, report) {
  const select = (label, key, value, options, onchange) => h("label", {}, label, " ",
    h("select", { "data-key": key, onchange: (event) => onchange(event.target.value) },
      options.map(([id, text]) => h("option", { value: id, selected: id === value }, text))));
  const driftedNow = drifted(report);
  return h("div", { class: "headline" },
    h("h3", {}, !report.series.some(judged) ? "Too few uploads to tell" : driftedNow === 0 ? "Nothing drifted" : `${driftedNow} of ${report.series.length} series drifted`,
      " ", h("span", {}, `${report.model}, ${windowName(report)}, ${plural(report.rows, "upload")}`)),
    h("div", { class: "choices" },
      models.length > 1 ? select("Model", "model", report.model, models.map((model) => [model, model]), (model) => choose({ model, window: null, series: null })) : null,
      select("Window", "window", chosen.window ?? "", [["", "the last judged"], ...reports.toReversed().map((one) => [one.start, windowName(one)])],
        (start) => choose({ window: start === "" ? null : start }))));
}

function timeline(reports, report) {
  const bars = reports.map((one) => ({
    p: least(one), judged: one.series.some(judged), drifted: drifted(one) > 0, chosen: one === report, time: moment(one.end, one),
    title: one.series.some(judged) ? `${windowName(one)}: ${drifted(one)} drifted, p ${probability(least(one))}` : `${windowName(one)}: too few uploads, ${count(one.rows)}`,
  }));
  const alarms = bars.filter((bar) => bar.drifted).length;
  const holder = h("div", { class: "plot" });
  chart(holder, evidence)({
    label: `The strongest evidence of each window that anything changed. ${alarms} of ${plural(bars.length, "window")} beyond the level of an alarm, ${probability(report.level)}.`,
    bars, level: report.level, levelLabel: "alarm level", format: probability, choose: (i) => choose({ window: reports[i].start }),
  });
  return [
    h("p", { class: "hint" }, "Least p-value of all series in each window, adjusted for looking at all of them. The higher, the less chance explains it."),
    holder,
    asTable("Windows", [["Window"], ["Uploads", "right"], ["Drifted", "right"], ["p-value", "right"], ["Alarm level", "right"]], () => reports.toReversed()
      .map((one) => [windowName(one), count(one.rows), count(drifted(one)), one.series.some(judged) ? probability(least(one)) : "–", probability(one.level)])),
  ];
}

function list(reports, report, sorted, series) {
  const shown = chosen.all ? sorted : sorted.slice(0, SHOWN);
  const history = (name) => reports.map((one) => {
    const found = one.series.find((each) => each.series === name);
    return { effect: found?.effect ?? null, drifted: found?.state === "DRIFTED" };
  });
  const more = sorted.length - SHOWN;
  return h("div", { class: "card" },
    h("h3", {}, "Series ", h("span", {}, "those with the most evidence first")),
    h("table", { class: "series" },
      h("caption", { class: "unseen" }, `Series of ${report.model} in the window ${windowName(report)}`),
      h("thead", {}, h("tr", {}, [["Series"], ["Effect over the windows", "wide"], ["Effect", "right"], ["p-value", "right"], ["PSI", "right optional"], ["State", "optional"]]
        .map(([title, style]) => h("th", { scope: "col", class: style }, title)))),
      h("tbody", {}, shown.map((one) => h("tr", { "data-chosen": one === series, "data-state": one.state },
        h("th", { scope: "row" }, h("button", { type: "button", class: "choice", "data-key": `series ${one.series}`, "aria-pressed": String(one === series), onclick: () => choose({ series: one.series }) }, seriesName(one.series))),
        h("td", { class: "wide" }, spark(history(one.series), `Effect of ${seriesName(one.series)} over ${plural(reports.length, "window")}, now ${signed(one.effect)}`)),
        h("td", { class: "right" }, signed(one.effect)),
        h("td", { class: "right p" }, probability(one.adjustedPValue)),
        h("td", { class: "right optional" }, one.stability === null ? "–" : one.stability.toFixed(3)),
        h("td", { class: "optional state" }, STATES[one.state]))))),
    more > 0 ? h("button", { type: "button", class: "quiet-button", "data-key": "all", "aria-expanded": String(chosen.all), onclick: () => choose({ all: !chosen.all }) },
      chosen.all ? "Show fewer" : `Show ${more} more`) : null);
}

function detail(report, series, found) {
  const name = seriesName(series.series);
  const head = [
    h("h3", {}, name, " ", h("span", {}, windowName(report))),
    h("p", { class: "hint" }, series.state === "DRIFTED"
      ? `Drifted: ${moved(series)}, with ${percent(series.share ?? 0)} of this window's evidence.`
      : judged(series) ? "As in training, as far as this window can tell." : `Too few rows to tell: ${count(series.rows)}.`),
  ];
  if (series.embedding) return h("div", { class: "card" }, head, embedding(series));
  if (found === UNREAD) {
    return h("div", { class: "card" }, head, h("p", { class: "trouble" }, "The bins of this window could not be read. Choose it once more to try again."));
  }
  if (found === null) {
    return h("div", { class: "card" }, head, h("p", { class: "empty" }, judged(series) ? "The bins of this window are no longer kept, only those of the last twelve." : ""));
  }
  const sum = (key) => found.bins.reduce((total, bin) => total + bin[key], 0);
  const rows = { window: Math.max(1, sum("window")), reference: Math.max(1, sum("reference")) };
  const bins = found.bins.map((bin) => ({
    window: bin.window / rows.window, reference: bin.reference / rows.reference, edge: bin.to === null ? `> ${number(bin.from)}` : bin.from === null ? `≤ ${number(bin.to)}` : number(bin.to),
    title: `${range(bin)}: ${percent(bin.window / rows.window, 1)} of this window, ${percent(bin.reference / rows.reference, 1)} in training`,
  }));
  const holder = h("div", { class: "plot" });
  chart(holder, columns)({ label: `How ${name} is spread in this window and in training, in ${plural(bins.length, "bin")}.`, bins, format: (share) => percent(share) });
  return h("div", { class: "card" }, head, holder,
    h("ul", { class: "key", "aria-hidden": "true" }, h("li", { class: "key-bar" }, "this window"), h("li", { class: "key-reference" }, "in training")),
    h("p", { class: "hint" }, `Share of the uploads in each bin, named by its upper end. The bins hold about the same share of the training data each, so they are not equally wide.`),
    asTable(`${name} in bins`, [["Values"], ["This window", "right"], ["In training", "right"]], () => found.bins.map((bin, i) =>
      [range(bin), percent(bins[i].window, 1), percent(bins[i].reference, 1)])),
    series.invalid > 0 ? h("p", { class: "trouble" }, `${plural(series.invalid, "value")} of this window is no number.`) : null,
    examples(series));
}

const examples = (series) => (series.examples.length === 0 ? null : h("div", { class: "examples" }, h("h4", {}, "Uploads that changed it most"),
  h("ul", {}, series.examples.map((id) => h("li", {}, h("code", {}, id))))));

// Of a vector of hundreds of elements there is nothing to draw.
function embedding({ embedding: figures, invalid, ...series }) {
  return [
    h("p", {}, `A classifier that tells ${plural(figures.sampled, "text")} of this window from ${count(figures.reference)} of training is right for `
      + `${percent(figures.area)} of the pairs, p ${probability(figures.areaPValue)}; by chance it would be for 50 %. `
      + `Their mean discrepancy has p ${probability(figures.discrepancyPValue)}; their Fréchet distance is ${number(figures.frechet)} of the variance in training.`),
    asTable("Elements of the embedding that differ most", [["Element"], ["Share of what tells them apart", "right"]],
      () => figures.dimensions.map(({ index, share }) => [String(index), percent(share, 1)])),
    invalid > 0 ? h("p", { class: "trouble" }, `Embeddings of another size, or with elements that are no numbers, infinite or beyond 65,504: ${count(invalid)}.`) : null,
    examples(series),
  ];
}

