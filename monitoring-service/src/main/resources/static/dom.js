// Elements from data. All text goes in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const h = (name, attributes, ...children) => build(document.createElement(name), attributes, children);
export const s = (name, attributes, ...children) => build(document.createElementNS(SVG, name), attributes, children);
export const byId = (id) => document.getElementById(id);

const drawn = new Map();

// Leaves a part alone while its data is the same, so that focus and selected text stay where they are.
export function draw(id, data, make) {
  const text = JSON.stringify(data);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const node = byId(id);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  node.replaceChildren(...[make(data)].flat().filter((child) => child !== null));
  if (focused !== undefined) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

// Rows are arrays of cells, the first of which heads its row; columns are [title, class].
export const tableRows = (columns, rows) => rows.map((cells) => h("tr", cells.attributes, cells.map((cell, i) =>
  h(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: columns[i][1] }, cell))));

export function table(caption, columns, rows, attributes, bodyId) {
  return h("table", attributes,
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map(([title, style]) => h("th", { scope: "col", class: style }, title)))),
    h("tbody", { id: bodyId }, tableRows(columns, rows)));
}

const unfolded = new Set();

// What a chart shows, for those who read rather than look. Made when it is opened, and open again where it is drawn anew.
export function asTable(caption, columns, rows, text = "As a table") {
  const summary = h("summary", {}, text, h("span", { class: "unseen" }, `: ${caption}`));
  return h("details", {
    class: "figures",
    open: unfolded.has(caption),
    ontoggle: ({ target }) => {
      if (target.open) unfolded.add(caption);
      else unfolded.delete(caption);
      const region = { class: "scroll", tabindex: "0", role: "region", "aria-label": caption };
      target.replaceChildren(summary, ...(target.open ? [h("div", region, table(caption, columns, rows()))] : []));
    },
  }, summary);
}
