// Charts in SVG: they take their colours from the style sheet and their width from where they stand.
import { s } from "./dom.js";
import { power } from "./format.js";

const LEFT = 56;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 22;

// The least of 1, 2, 5 × 10ⁿ steps that reaches a value in at most `most` steps.
export function scale(greatest, most = 3) {
  const rough = Math.max(greatest, 1e-9) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((candidate) => candidate * most >= greatest * 0.9999);
  const ticks = [];
  for (let i = 0; i * step < greatest + step * 0.9999; i++) ticks.push(i * step);
  return { top: ticks.at(-1), ticks };
}

function frame(width, height, label, ticks, y, format) {
  const root = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "chart" });
  for (const tick of ticks) {
    root.append(
      s("line", { class: tick === 0 ? "axis" : "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
      s("text", { class: "tick", x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, format(tick)));
  }
  return root;
}

// Redraws at each change of width. Returns a function that draws new data.
export function chart(holder, make) {
  let data = null;
  const render = () => {
    const width = Math.floor(holder.clientWidth);
    if (data !== null && width > 0) holder.replaceChildren(make(width, data));
  };
  new ResizeObserver(render).observe(holder);
  return (next) => {
    data = next;
    render();
  };
}

// Lines over time. lines: [{ name, values }], with null where there is none; times in milliseconds, ascending.
export function lines(width, { label, height = 132, times, series, format, until, span, least }) {
  const greatest = Math.max(least, ...series.flatMap(({ values }) => values.filter((value) => value !== null)));
  const { top, ticks } = scale(greatest);
  const x = (time) => LEFT + (width - LEFT - RIGHT) * (1 - (until - time) / span);
  const y = (value) => height - BOTTOM - ((height - TOP - BOTTOM) * value) / top;
  const root = frame(width, height, label, ticks, y, format);
  const minutes = span / 60_000;
  for (const ago of [minutes, minutes / 2, 0]) {
    root.append(s("text", { class: "tick", x: x(until - ago * 60_000), y: height - 6, "text-anchor": ago === 0 ? "end" : ago === minutes ? "start" : "middle" },
      ago === 0 ? "now" : `−${ago} min`));
  }
  series.forEach(({ values }, index) => {
    let path = "";
    let pen = "M";
    values.forEach((value, i) => {
      if (value === null || times[i] < until - span) {
        pen = "M";
        return;
      }
      path += `${pen}${x(times[i]).toFixed(1)},${y(value).toFixed(1)}`;
      pen = "L";
      // A point between two gaps would not be seen.
      if ((values[i + 1] ?? null) === null && path.endsWith(`M${x(times[i]).toFixed(1)},${y(value).toFixed(1)}`)) path += "h0.1";
    });
    root.append(s("path", { class: `line line-${index}`, d: path }));
  });
  return root;
}

// Evidence of windows against the level of an alarm, on a scale of orders of magnitude. bars: [{ p, drifted, judged, chosen, title }]
export function evidence(width, { label, bars, level, levelLabel, choose, format }) {
  const height = 168;
  const inner = height - TOP - BOTTOM;
  const weight = (p) => Math.log10(1 + (p <= 0 ? 300 : Math.min(300, -Math.log10(p))));
  const most = Math.max(weight(1e-12), weight(level * 1e-3), ...bars.filter(({ judged }) => judged).map(({ p }) => weight(p)));
  const y = (p) => height - BOTTOM - (inner * weight(p)) / (most * 1.04);
  const powers = [1, 1e-1, 1e-3, 1e-10, 1e-30, 1e-100, 1e-300].filter((p) => weight(p) <= most * 1.02 && Math.abs(y(p) - y(level)) > 15);
  const root = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "chart" });
  for (const p of powers) {
    root.append(
      s("line", { class: p === 1 ? "axis" : "grid", x1: LEFT, x2: width - RIGHT, y1: y(p), y2: y(p) }),
      s("text", { class: "tick", x: LEFT - 8, y: y(p) + 4, "text-anchor": "end" }, p === 1 ? "1" : power(Math.round(Math.log10(p)))));
  }
  const step = (width - LEFT - RIGHT) / Math.max(bars.length, 12);
  bars.forEach((bar, i) => {
    const left = LEFT + i * step;
    const upper = bar.judged ? Math.min(y(bar.p), height - BOTTOM - 2) : height - BOTTOM - 2;
    root.append(s("g", { class: `window${bar.chosen ? " chosen" : ""}`, onclick: () => choose(i) },
      s("title", {}, bar.title),
      s("rect", { class: "hit", x: left, y: TOP, width: step, height: inner }),
      s("rect", { class: bar.drifted ? "bar drifted" : bar.judged ? "bar" : "bar none", x: left + step * 0.14, width: step * 0.72, y: upper, height: height - BOTTOM - upper, rx: Math.min(2, step / 6) })));
  });
  root.append(
    s("line", { class: "level", x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level) }),
    s("text", { class: "tick level-label", x: LEFT - 8, y: y(level) + 4, "text-anchor": "end" }, format(level)),
    s("text", { class: "tick level-label", x: width - RIGHT, y: y(level) - 5, "text-anchor": "end" }, levelLabel));
  name(root, width, height, step, bars.map(({ time }) => time));
  return root;
}

// The times of steps, as many as there is room for, the last one always.
function name(root, width, height, step, times) {
  const room = 8 * times[0].length;
  const every = Math.max(1, Math.ceil((room + 24) / step));
  times.forEach((time, i) => {
    if ((times.length - 1 - i) % every === 0) {
      root.append(s("text", { class: "tick", x: Math.min(LEFT + (i + 0.5) * step, width - room / 2), y: height - 6, "text-anchor": "middle" }, time));
    }
  });
}

// Shares near 1, so not from 0 on. points: [{ value, low, high, expected, bad, time, title }]; low, high and expected may be null
export function shares(width, { label, points, format }) {
  const height = 150;
  const least = Math.min(...points.map(({ value, low, expected }) => Math.min(value, low ?? 1, expected ?? 1)));
  const base = Math.min(0.9, Math.floor(10 * least) / 10);
  const y = (share) => TOP + (height - TOP - BOTTOM) * (1 - share) / (1 - base);
  const root = frame(width, height, label, [base, (1 + base) / 2, 1], y, format);
  const step = (width - LEFT - RIGHT) / Math.max(points.length, 12);
  points.forEach(({ value, low, high, expected, bad, title }, i) => {
    const x = LEFT + (i + 0.5) * step;
    root.append(s("g", { class: bad ? "share bad" : "share" },
      s("title", {}, title),
      low === null ? null : s("line", { class: "interval", x1: x, x2: x, y1: y(low), y2: y(high) }),
      expected === null ? null : s("line", { class: "expected", x1: x - step * 0.35, x2: x + step * 0.35, y1: y(expected), y2: y(expected) }),
      s("circle", { class: bad ? "dot drifted" : "dot", cx: x, cy: y(value), r: 3.5 })));
  });
  name(root, width, height, step, points.map(({ time }) => time));
  return root;
}

// A window's bins beside the reference's. bins: [{ window, reference, label }], shares of 1
export function columns(width, { label, bins, format }) {
  const height = 190;
  const bottom = 40;
  const { top, ticks } = scale(Math.max(...bins.flatMap(({ window, reference }) => [window, reference])));
  const y = (share) => height - bottom - ((height - TOP - bottom) * share) / top;
  const root = frame(width, height, label, ticks, y, format);
  const step = (width - LEFT - RIGHT) / bins.length;
  let outline = "";
  bins.forEach(({ window, reference, title }, i) => {
    const left = LEFT + i * step;
    root.append(s("rect", { class: "bar", x: left + step * 0.12, width: step * 0.76, y: y(window), height: height - bottom - y(window), rx: Math.min(2, step / 8) },
      s("title", {}, title)));
    outline += `${i === 0 ? "M" : "L"}${left.toFixed(1)},${y(reference).toFixed(1)}H${(left + step).toFixed(1)}`;
  });
  root.append(s("path", { class: "reference", d: outline }));
  const every = Math.max(1, Math.ceil(46 / step));
  bins.forEach(({ edge }, i) => {
    if (i % every === 0) {
      root.append(s("text", { class: "tick", x: LEFT + (i + 0.5) * step, y: height - bottom + 16, "text-anchor": "middle" }, edge));
    }
  });
  return root;
}

// A series' effect over windows, −1 to 1, as small as a word; drifted windows are dots.
export function spark(points, label) {
  const width = 132;
  const height = 28;
  const x = (i) => 4 + (points.length > 1 ? (i * (width - 8)) / (points.length - 1) : (width - 8) / 2);
  const y = (effect) => height / 2 - (effect * (height - 8)) / 2;
  let path = "";
  let pen = "M";
  points.forEach(({ effect }, i) => {
    if (effect === null) {
      pen = "M";
      return;
    }
    path += `${pen}${x(i).toFixed(1)},${y(effect).toFixed(1)}`;
    pen = "L";
  });
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "spark" },
    s("line", { class: "axis", x1: 0, x2: width, y1: height / 2, y2: height / 2 }),
    s("path", { class: "line line-0", d: path }),
    points.map(({ effect, drifted }, i) => (effect !== null && (drifted || points.length === 1)
      ? s("circle", { class: drifted ? "dot drifted" : "dot", cx: x(i), cy: y(effect), r: 2.5 }) : null)));
}
