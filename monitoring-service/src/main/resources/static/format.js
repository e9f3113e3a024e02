// Figures as people read them.
const integers = new Intl.NumberFormat("en");

export const count = (value) => integers.format(value);
// With its date, unless that is today's.
function dated(instant, options) {
  const date = new Date(instant);
  const time = date.toLocaleTimeString("en-GB", options);
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${time}`;
}

export const clock = (instant) => dated(instant);
export const minute = (instant) => dated(instant, { hour: "2-digit", minute: "2-digit" });
export const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
export const seriesName = (name) => (name === "label" ? "positive label" : name.replaceAll("_", " "));
export const rate = (value) => (value >= 100 ? count(Math.round(value)) : value.toFixed(1));

export function duration(millis) {
  if (millis === null) return "–";
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(1)} s`;
  if (millis < 3_600_000) return `${Math.floor(millis / 60_000)} min ${Math.floor((millis % 60_000) / 1000)} s`;
  return `${Math.floor(millis / 3_600_000)} h ${Math.floor((millis % 3_600_000) / 60_000)} min`;
}

export function number(value) {
  if (value === null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000) return integers.format(Math.round(value));
  if (size < 0.001) return value.toExponential(0);
  return String(Number(value.toPrecision(3)));
}

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export function power(exponent) {
  return `10${[...String(exponent)].map((digit) => SUPERSCRIPT[digit]).join("")}`;
}

// A probability: 0.21, or 4·10⁻⁵.
export function probability(p) {
  if (p === null) return "–";
  if (p >= 0.001) return p.toPrecision(2);
  if (p < 1e-300) return `< ${power(-300)}`;
  const [digits, exponent] = p.toExponential(0).split("e");
  return digits === "1" ? power(Number(exponent)) : `${digits}·${power(Number(exponent))}`;
}

// A bin of a histogram: one value, or from above one to another.
export function range({ from, to }) {
  if (from !== null && from === to) return number(to);
  if (from === null) return to === null ? "all" : `≤ ${number(to)}`;
  return to === null ? `> ${number(from)}` : `${number(from)} to ${number(to)}`;
}
