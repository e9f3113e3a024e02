// Draws what the service sends, and says how it stands with the service itself.
import { byId, draw, h } from "./dom.js";
import { drawFlow, setPoints } from "./flow.js";
import { alarmNotice, readDrift } from "./drift.js";
import { dataNotice, drawData, modelNotice, readQuality } from "./quality.js";
import { drawResults } from "./results.js";
import { clock } from "./format.js";
import { getJson, listen } from "./live.js";
import { offerTrial } from "./trial.js";

const FIRST = "millrace-first-figures";
const AGAIN = 3000;
const QUALITY_EVERY = 5000;
const isOpen = ({ state }) => state === "OPENED";
let lastSeen = null;
let driftSeen;
let qualityAt = -Infinity;
let dataAlerts = [];
let modelAlerts = [];

const untilDone = (task) => task().catch(() => setTimeout(() => untilDone(task), AGAIN));

function status(state, text) {
  const node = byId("status");
  node.dataset.state = state;
  if (node.textContent !== text) node.textContent = text;
}

const notice = (state, title, ...text) => ({ state, title, text: text.filter((line) => line !== null) });
const noticeNode = ({ state, title, text }) => h("section", { class: "notice", "data-state": state, "aria-label": title }, h("h2", {}, title), text.map((line) => h("p", {}, line)));

function noticesOf({ stages, lanes: { lanes, at, problem } }, streamed) {
  const stuck = lanes.filter(({ state }) => state === "STALLED" || state === "FOREIGN").map(({ lane }) => lane);
  if (problem !== null) {
    status("trouble", "Kafka out of reach");
    return [notice("trouble", "The service cannot reach Kafka.", problem, at === null ? "No figure has been read yet." : `The lanes are as of ${clock(at)}.`)];
  }
  if (stuck.length > 0) {
    status("trouble", stuck.length === 1 ? "1 lane stands" : `${stuck.length} lanes stand`);
    return [notice("trouble", `No results on lane ${stuck.join(", ")}, though uploads wait.`, "Look at the services on the way: ./millrace status tells which are up, ./millrace logs what they say.")];
  }
  const quiet = stages.every((stage) => stage.values + stage.known + stage.failed + stage.expired === 0);
  status("live", quiet ? "No traffic yet" : streamed ? "Live" : "Live, every few seconds");
  return quiet ? [notice("quiet", "Nothing has passed since this service started.", "Send an upload from the box below or with ./millrace send FILE, and it shows here within a second.")] : [];
}

function seeDrift({ driftUntil, alerts }) {
  const stamp = JSON.stringify([driftUntil, alerts.map(({ id }) => id)]);
  if (stamp === driftSeen) return;
  driftSeen = stamp;
  readDrift().then((answer) => {
    dataAlerts = answer.faultAlerts.filter(isOpen);
    drawData(answer);
  }).catch(() => { driftSeen = undefined; });
}

function seeQuality() {
  if (performance.now() - qualityAt < QUALITY_EVERY) return;
  qualityAt = performance.now();
  readQuality().then(({ alerts }) => { modelAlerts = alerts.filter(isOpen); }).catch(() => {});
}

listen({
  opened() {
    driftSeen = undefined;
    untilDone(() => getJson("api/timeline").then(setPoints));
    untilDone(offerTrial);
  },
  overview(overview, streamed) {
    lastSeen = overview.at;
    byId("main").classList.remove("stale");
    const notices = noticesOf(overview, streamed);
    const driftAlerts = overview.alerts.filter(isOpen);
    draw("notices", [notices, driftAlerts, dataAlerts, modelAlerts], () =>
      [...notices.map(noticeNode), ...driftAlerts.map(alarmNotice), ...dataAlerts.map(dataNotice), ...modelAlerts.map(modelNotice)]);
    drawFlow(overview);
    if (performance.getEntriesByName(FIRST).length === 0) performance.mark(FIRST);
    drawResults(overview);
    seeDrift(overview);
    seeQuality();
  },
  lost() {
    byId("main").classList.add("stale");
    status("lost", "Connection lost");
    const lines = [lastSeen === null ? "It may still be starting." : `The figures below are as of ${clock(lastSeen)}.`, "This page tries again every three seconds."];
    draw("notices", [lines], () => noticeNode(notice("lost", "The connection to the monitoring service is lost.", ...lines)));
  },
});
