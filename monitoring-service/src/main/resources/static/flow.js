// The way of the uploads: trends, services, model versions, lanes.
import { asTable, byId, draw, h } from "./dom.js";
import { chart, lines } from "./charts.js";
import { clock, count, duration, percent, plural, rate } from "./format.js";

const SPAN = 600_000;
const TITLES = { collector: "Collector", feature: "Feature", inference: "Inference", postprocessor: "Postprocessor" };
const LANE_STATES = { IDLE: "idle", MOVING: "moving", STALLED: "stands", FOREIGN: "other topic" };
const seconds = (value) => (value >= 10 || Number.isInteger(value) ? `${Math.round(value)} s` : `${value.toFixed(1)} s`);
const axisTime = (millis) => (millis === 0 ? "0" : millis < 1000 ? `${millis} ms` : `${millis / 1000} s`);

const TRENDS = [
  {
    id: "rate", title: "Uploads and results", unit: "a second", least: 1,
    series: [["Accepted", "accepted"], ["Published", "published"]],
    now: ({ published }) => [rate(published), "results /s"], axis: String, cell: rate,
  },
  {
    id: "time", title: "Time to the result", unit: "last minute", least: 10,
    series: [["Median", "p50"], ["99th percentile", "p99"]],
    now: ({ p50 }) => [p50 === null ? "–" : duration(p50), p50 === null ? "no result in the last minute" : "median"], axis: axisTime, cell: duration,
  },
  {
    id: "backlog", title: "Backlog", unit: "longest wait so far", least: 1,
    series: [["Oldest upload without a result", "oldest"]],
    now: ({ oldest, waiting }) => (oldest === null ? ["–", "not known"] : [seconds(oldest), `${plural(waiting, "upload")} waiting`]), axis: seconds, cell: seconds,
  },
];

let points = [];
const trends = new Map();

function trendCard({ id, title, unit, series, cell }) {
  const holder = h("div", { class: "plot" });
  const figure = h("p", { class: "figure" });
  const card = h("div", { class: "card trend" },
    h("h3", {}, title, " ", h("span", {}, unit)),
    figure,
    holder,
    series.length > 1 ? h("ul", { class: "key", "aria-hidden": "true" }, series.map(([name], i) => h("li", { class: `key-${i}` }, name))) : null,
    asTable(title, [["Time"], ...series.map(([name]) => [name, "right"])], () => points.filter((_, i) => (points.length - 1 - i) % 6 === 0)
      .map((point) => [clock(point.at), ...series.map(([, key]) => (point[key] === null ? "–" : cell(point[key])))])));
  return { card, figure, update: chart(holder, lines) };
}

export function setPoints(past) {
  points = past.map((point) => ({ ...point, at: Date.parse(point.at) }));
}

function pointOf({ at, stages, endToEnd, lanes }) {
  const now = Date.parse(at);
  const known = lanes.problem === null && lanes.at !== null;
  const ages = lanes.lanes.filter(({ oldestAcceptedAt }) => oldestAcceptedAt !== null).map(({ oldestAcceptedAt }) => (now - Date.parse(oldestAcceptedAt)) / 1000);
  return {
    at: now, accepted: stages[0].perSecond, published: stages.at(-1).perSecond, p50: endToEnd.p50, p99: endToEnd.p99,
    waiting: known ? lanes.lanes.reduce((sum, { behind }) => sum + behind, 0) : null, oldest: known ? Math.max(0, ...ages) : null,
  };
}

function drawTrends(overview) {
  const now = pointOf(overview);
  if (points.length === 0 || now.at - points.at(-1).at >= 4500) points.push(now);
  points = points.filter(({ at }) => at > now.at - SPAN - 10_000);
  if (trends.size === 0) TRENDS.forEach((trend) => trends.set(trend.id, trendCard(trend)));
  const holder = byId("trends");
  if (!holder.firstChild) holder.append(...[...trends.values()].map(({ card }) => card));
  const shown = [...points, now];
  for (const trend of TRENDS) {
    const { figure, update } = trends.get(trend.id);
    const [value, unit] = trend.now(now);
    setFigure(figure, value, unit);
    update({
      label: `${trend.title} over the last ten minutes; now ${value} ${unit}.`, times: shown.map(({ at }) => at), until: now.at, span: SPAN,
      series: trend.series.map(([name, key]) => ({ name, values: shown.map((point) => point[key]) })), format: trend.axis, least: trend.least,
    });
  }
}

function setFigure(figure, value, unit) {
  if (figure.textContent !== `${value} ${unit}`) figure.replaceChildren(h("b", {}, value), " ", h("span", {}, unit));
}

const pair = ({ p50, p99 }) => (p50 === null ? "–" : p99 < 1000 ? `${Math.round(p50)} / ${Math.round(p99)} ms` : `${duration(p50)} / ${duration(p99)}`);
const row = (term, value, trouble) => [h("dt", {}, term), h("dd", { class: trouble ? "trouble" : null }, value)];

function stageCard(stage) {
  const first = stage.stage === "collector";
  const last = stage.stage === "postprocessor";
  const errors = Object.entries(stage.errors);
  const passed = stage.values + stage.known;
  return h("li", { class: "card stage" },
    h("h3", {}, TITLES[stage.stage]),
    h("p", { class: "figure" }, h("b", {}, rate(stage.perSecond)), " ", h("span", {}, "/s")),
    h("dl", {},
      row(h("abbr", { title: "Time in this service's hands: median / 99th percentile of the last minute" }, "Work"), pair(stage.work)),
      first ? [] : row(h("abbr", { title: "Time in Kafka before this service took the upload up: median / 99th percentile" }, "Queued"), pair(stage.queued)),
      row(first ? "Accepted" : last ? "Succeeded" : "Handed on", count(passed)),
      first ? row(h("abbr", { title: "Uploads whose content the models had answered before; they pass without work" }, "Cache hits"), passed === 0 ? "–" : `${percent(stage.known / passed, 1)}`) : [],
      first ? [] : row("Failed", count(stage.failed)),
      first ? [] : row("Expired", count(stage.expired)),
      stage.repeated > 0 ? row(h("abbr", { title: "Work done twice after a crash; the result is published once" }, "Repeated"), count(stage.repeated)) : [],
      stage.undecodable > 0 ? row("Unreadable", count(stage.undecodable), true) : []),
    errors.length === 0 ? null : h("ul", { class: "codes", "aria-label": "Gave up on" },
      errors.map(([code, times]) => h("li", {}, code.replaceAll("_", "_\u200b"), h("b", {}, ` × ${count(times)}`)))));
}

function modelRows(models) {
  if (models.length === 0) return h("p", { class: "empty" }, "No model has answered since this service started.");
  return [
    h("div", { class: "stack", "aria-hidden": "true" }, models.filter(({ share }) => share > 0).map(({ share }, i) => h("i", { class: `part-${i % 4}`, "--share": share }))),
    h("ul", { class: "models", "aria-labelledby": "models-title" }, models.map(({ model, results, share, perSecond }, i) => h("li", {},
      h("span", { class: `name part-${i % 4}` }, model), h("b", {}, percent(share, share > 0 && share < 0.1 ? 1 : 0)),
      h("span", { class: "quiet" }, `${rate(perSecond * 60)} a minute, ${plural(results, "result")} in all`)))),
  ];
}

function laneTile(lane, now) {
  const age = lane.oldestAcceptedAt === null ? null : Math.max(0, now - Date.parse(lane.oldestAcceptedAt));
  return h("li", { class: "lane", "data-state": lane.state },
    h("span", { class: "name" }, `Lane ${lane.lane}`), h("span", { class: "state" }, LANE_STATES[lane.state]),
    h("span", { class: "quiet" }, lane.behind === 0 ? "nothing waits" : `${count(lane.behind)} for ${duration(age)}`));
}

export function drawFlow(overview) {
  const now = Date.parse(overview.at);
  drawTrends(overview);
  draw("stages", overview.stages, (stages) => stages.map(stageCard));
  draw("models", overview.models, modelRows);
  const { lanes } = overview.lanes;
  const waits = lanes.some(({ behind }) => behind > 0);
  draw("lanes", [lanes, waits ? Math.floor(now / 1000) : 0], () => (lanes.length === 0
    ? h("li", { class: "empty" }, "Not seen yet.") : lanes.map((lane) => laneTile(lane, now))));
}
