// Polls api/overview and draws it. All text goes in as text, never as markup.
const PERIOD = 2000;
const TIMEOUT = 5000;
const STAGE_TITLES = { collector: "Collector", feature: "Feature", inference: "Inference", postprocessor: "Postprocessor" };
const LANE_STATES = { IDLE: "idle", MOVING: "moving", STALLED: "stalled", FOREIGN: "other topic" };
const DRIFT_STATES = { TOO_FEW_ROWS: "too few rows", STABLE: "stable", DRIFTED: "drifted" };
const byId = (id) => document.getElementById(id);
const SERIES_SHOWN = 8;
const drawn = new Map();
const unfolded = new Set();
let lastSeen = null;

function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("--")) node.style.setProperty(key, value);
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Leaves a part alone while its data is the same, so that selected text stays selected.
function draw(id, data, make) {
  const text = JSON.stringify(data);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  byId(id).replaceChildren(...make(data));
}

const integers = new Intl.NumberFormat("en");
const count = (value) => integers.format(value);
const rate = (value) => (value >= 100 ? count(Math.round(value)) : value.toFixed(1));
const time = (instant) => new Date(instant).toLocaleTimeString("en-GB");
const figure = (value) => (value === null ? "–" : value < 0.001 ? "< 0.001" : value.toFixed(3));

function duration(millis) {
  if (millis === null) return "–";
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(1)} s`;
  if (millis < 3_600_000) return `${Math.floor(millis / 60_000)} min`;
  return `${Math.floor(millis / 3_600_000)} h ${Math.floor((millis % 3_600_000) / 60_000)} min`;
}

function latency({ p50, p99 }) {
  if (p50 === null) return "–";
  return p99 < 1000 ? `${Math.round(p50)} / ${Math.round(p99)} ms` : `${duration(p50)} / ${duration(p99)}`;
}

function row(term, value, trouble) {
  return [element("dt", {}, term), element("dd", { class: trouble ? "trouble" : null }, value)];
}

function stageCard(stage) {
  const errors = Object.entries(stage.errors);
  return element("li", { class: "stage" },
    element("h3", {}, STAGE_TITLES[stage.stage]),
    element("p", { class: "rate number" }, rate(stage.perSecond), element("small", {}, " /s")),
    element("dl", {},
      ...row("Work", latency(stage.work)),
      ...(stage.stage === "collector" ? [] : row("Queued", latency(stage.queued))),
      ...row("Handed on", count(stage.values)),
      ...(stage.stage === "collector" ? [] : row("Failed", count(stage.failed))),
      ...(stage.stage === "collector" ? [] : row("Expired", count(stage.expired))),
      ...(stage.repeated > 0 ? row("Repeated", count(stage.repeated)) : []),
      ...(stage.undecodable > 0 ? row("Unreadable", count(stage.undecodable), true) : [])),
    errors.length === 0 ? null
      : element("ul", { class: "codes", "aria-label": "Gave up on" },
        ...errors.map(([code, times]) => element("li", {}, `${code} × ${count(times)}`))));
}

function totalCard(results, endToEnd) {
  const total = results.values + results.failed + results.expired;
  return element("li", { class: "stage total" },
    element("h3", {}, "End to end"),
    element("p", { class: "rate number" }, endToEnd.p50 === null ? "–" : duration(endToEnd.p50), element("small", {}, " median")),
    element("dl", {},
      ...row("99 % within", duration(endToEnd.p99)),
      ...row("Results", count(total)),
      ...row("Succeeded", total === 0 ? "–" : `${((100 * results.values) / total).toFixed(1)} %`)));
}

function laneTile(lane, now) {
  const age = lane.oldestAcceptedAt === null ? null : Math.max(0, now - Date.parse(lane.oldestAcceptedAt));
  return element("li", { class: "lane", "data-state": lane.state },
    element("h3", {}, `Lane ${lane.lane}`, element("span", {}, LANE_STATES[lane.state])),
    element("p", {}, lane.behind === 0 ? "nothing waits" : `${count(lane.behind)} behind`),
    element("p", {}, age === null ? "\u00a0" : `oldest ${duration(age)}`));
}

const head = (...columns) => element("thead", {}, element("tr", {},
  ...columns.map(([text, style]) => element("th", { scope: "col", class: style ?? null }, text))));

// Evidence against "as in training", on a scale on which the level that makes an alert is the mark.
const evidence = (p) => (p === 0 ? 308 : Math.min(308, -Math.log10(p)));

function driftBar(p, level) {
  const scale = Math.max(evidence(p), evidence(level)) * 1.1;
  return element("span", { class: "bar", "aria-hidden": "true", "--value": evidence(p) / scale, "--mark": evidence(level) / scale, "data-past": p <= level },
    element("i"), element("b"));
}

function driftTable(caption, { level }, series) {
  return element("table", {},
    caption === null ? null : element("caption", {}, caption),
    head(["Series"], ["Evidence", "wide"], ["Effect", "right"], ["PSI", "right optional"], ["State"], ["Rows", "right optional"]),
    element("tbody", {}, ...series.map((one) => element("tr", {},
      element("th", { scope: "row" }, one.series.replaceAll("_", " ")),
      element("td", {}, one.adjustedPValue === null ? "" : driftBar(one.adjustedPValue, level)),
      element("td", { class: "right" }, one.effect === null ? "–" : one.effect.toFixed(2)),
      element("td", { class: "right optional" }, figure(one.stability)),
      element("td", { class: one.state === "DRIFTED" ? "bad-state" : null }, DRIFT_STATES[one.state]),
      element("td", { class: "right optional" }, count(one.rows))))));
}

// The series with the most evidence, the others behind a fold that stays as the reader left it.
function modelDrift(report) {
  const { model, series } = report;
  const window = `${time(report.start)} to ${time(report.end)}, ${count(report.rows)} uploads`;
  if (series.every((one) => one.adjustedPValue === null)) {
    return [element("p", { class: "empty" }, `${model}: too few rows to tell (${window}).`)];
  }
  const sorted = series.toSorted((a, b) => (a.pValue ?? 2) - (b.pValue ?? 2));
  const drifted = series.filter((one) => one.state === "DRIFTED").length;
  const first = driftTable(`${model}: ${drifted} of ${series.length} series drifted (${window})`, report, sorted.slice(0, SERIES_SHOWN));
  if (sorted.length <= SERIES_SHOWN) return [first];
  const fold = element("details", { open: unfolded.has(model) },
    element("summary", {}, `${sorted.length - SERIES_SHOWN} more series`),
    driftTable(null, report, sorted.slice(SERIES_SHOWN)));
  fold.addEventListener("toggle", () => (fold.open ? unfolded.add(model) : unfolded.delete(model)));
  return [first, fold];
}

function driftPart({ drift, withoutFigures }) {
  const parts = drift.flatMap(modelDrift);
  for (const [model, reason] of Object.entries(withoutFigures)) {
    parts.push(element("p", { class: "empty" }, `${model} has no figures. ${reason}`));
  }
  return parts.length > 0 ? parts : [element("p", { class: "empty" }, "No window is complete yet.")];
}

function resultsPart(results) {
  if (results.length === 0) return [element("p", { class: "empty" }, "No result yet.")];
  return [element("table", {},
    head(["Published"], ["Upload"], ["Outcome"], ["Score", "right"], ["Model", "optional"], ["Took", "right"]),
    element("tbody", {}, ...results.map((one) => element("tr", {},
      element("td", {}, time(one.publishedAt)),
      element("td", {}, element("code", {}, element("span", { class: "optional" }, one.id.slice(0, -6)), one.id.slice(-6))),
      element("td", { class: one.status === "SUCCEEDED" ? null : "bad-state" }, one.label ?? one.code?.replaceAll("_", "_\u200b") ?? one.status.toLowerCase()),
      element("td", { class: "right" }, one.score === null ? "–" : one.score.toFixed(3)),
      element("td", { class: "optional" }, one.model ?? "–"),
      element("td", { class: "right nowrap" }, duration(one.millis))))))];
}

const badPart = (records) => records.map((one) =>
  element("li", {}, element("code", {}, one.place), ` at ${time(one.at)}: ${one.reason}`));

function notice(state, title, ...text) {
  const node = byId("notice");
  node.hidden = state === null;
  node.dataset.state = state ?? "";
  draw("notice", [title, ...text], () => [element("strong", {}, title), ...text.map((line) => element("p", {}, line))]);
}

function status(state, text) {
  const node = byId("status");
  node.dataset.state = state;
  if (node.textContent !== text) node.textContent = text;
}

function show(overview) {
  const now = Date.parse(overview.at);
  const { lanes, at, problem } = overview.lanes;
  const quiet = overview.stages.every((stage) => stage.values + stage.failed + stage.expired === 0);
  const stuck = lanes.filter((lane) => lane.state === "STALLED" || lane.state === "FOREIGN");
  lastSeen = overview.at;
  byId("figures").classList.remove("stale");
  if (problem !== null) {
    status("trouble", "Kafka out of reach");
    notice("trouble", "This service cannot reach Kafka.", problem,
      at === null ? "No figure has been read yet." : `The lanes are as of ${time(at)}.`);
  } else if (stuck.length > 0) {
    status("trouble", stuck.length === 1 ? "1 lane stands" : `${stuck.length} lanes stand`);
    notice("trouble", `No results on lane ${stuck.map((lane) => lane.lane).join(", ")}, though uploads wait.`,
      "Look at the services on the way: ./millrace status tells which are up, ./millrace logs what they say.");
  } else if (quiet) {
    status("live", "No traffic yet");
    notice("quiet", "No traffic yet.", "Post an upload, for one with ./millrace send FILE, and it shows here within seconds.");
  } else {
    status("live", "Live");
    notice(null, "");
  }
  draw("flow", [overview.stages, overview.endToEnd], ([stages, endToEnd]) => [...stages.map(stageCard), totalCard(stages.at(-1), endToEnd)]);
  draw("lanes", [lanes, Math.floor(now / 1000)], () => lanes.length === 0
    ? [element("li", { class: "empty" }, "Not seen yet.")] : lanes.map((lane) => laneTile(lane, now)));
  draw("drift", { drift: overview.drift, withoutFigures: overview.withoutFigures }, driftPart);
  draw("results", overview.results, resultsPart);
  byId("bad-section").hidden = overview.badRecords.length === 0;
  draw("bad", overview.badRecords, badPart);
}

function lost() {
  byId("figures").classList.add("stale");
  status("lost", "Cannot reach the service");
  notice("lost", "Cannot reach the monitoring service.",
    lastSeen === null ? "It may still be starting. This page tries again every two seconds."
      : `The figures are as of ${time(lastSeen)}. This page tries again every two seconds.`);
}

async function poll() {
  try {
    const response = await fetch("api/overview", { signal: AbortSignal.timeout(TIMEOUT), cache: "no-store" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
  } catch (error) {
    console.info(`overview not read: ${error.message}`);
    lost();
  }
  setTimeout(poll, PERIOD);
}

poll();
