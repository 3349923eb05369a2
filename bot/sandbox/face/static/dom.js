// Making elements. Text always goes in as text, never as HTML.

/** An element. `with_`: class, text, on: {event: fn}, and attributes; null and false leave one out. */
export function el(tag, with_ = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(with_)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name === "value") made.value = value;
    else if (name === "on") {
      for (const [event, does] of Object.entries(value)) made.addEventListener(event, does);
    } else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** What each kept element was made from. */
const signs = new WeakMap();

/**
 * Let the children of `home` be `items`, touching only what changed: `key` tells which is which,
 * `signature` whether it changed. Focus inside an element that is replaced moves to its likeness
 * (the same `data-k`), so that nobody loses their place.
 */
export function keep(home, items, { key, signature, make }) {
  const known = new Map([...home.children].map((child) => [child.dataset.key, child]));
  let before = null;
  for (const item of items) {
    const name = key(item);
    const sign = signature(item);
    let child = known.get(name);
    known.delete(name);
    if (!child || signs.get(child) !== sign) {
      const fresh = make(item);
      fresh.dataset.key = name;
      signs.set(fresh, sign);
      if (child) swap(child, fresh);
      child = fresh;
    }
    const place = before ? before.nextSibling : home.firstChild;
    if (child !== place) home.insertBefore(child, place);
    before = child;
  }
  for (const gone of known.values()) gone.remove();
}

function swap(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.dataset.k;
  if (old.tabIndex === 0 && fresh.hasAttribute("tabindex")) fresh.tabIndex = 0;
  old.replaceWith(fresh);
  if (!focused) return;
  const likeness = name
    ? [...fresh.querySelectorAll("[data-k]")].find((one) => one.dataset.k === name)
    : null;
  (likeness ?? fresh).focus({ preventScroll: true });
}

/** The letters of a name for its tile, and one of eight tints. */
export function tile(name, extra = "") {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return el("span", { class: `tile tint-${sum % 8} ${extra}`, "aria-hidden": "true", text: letters || "?" });
}

/** Icons as inline shapes: no font, no request. */
const SHAPES = {
  send: "M3 11.5 21 3l-6.5 18-3.2-7.3z",
  smile: "M12 3a9 9 0 1 0 .01 0zM8.5 10v.01M15.5 10v.01M8 14.5c2 2.6 6 2.6 8 0",
  reply: "M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12zM9 11h7M9 14.500h4",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  close: "M6 6l12 12M18 6 6 18",
  clip: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700L9.500 17a1.700 1.700 0 0 1-2.400-2.400L14.500 7",
  bolt: "M13 2 4.500 13.500H11L10 22l8.500-11.500H12z",
  lock: "M6.500 11V8a5.500 5.500 0 0 1 11 0v3M5 11h14v10H5z",
  box: "M4 8h16v12H4zM3 4h18v4H3zM10 12h4",
  menu: "M4 6h16M4 12h16M4 18h16",
  plus: "M12 5v14M5 12h14",
  clock: "M12 3a9 9 0 1 0 .01 0zM12 7.500V12l3 2",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900V16h7v-2.100A6 6 0 0 0 12 3z",
  down: "M6 9l6 6 6-6",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
