const BLOCKS = "main,nav,section,header,div,ul,ol,dl,li,p,dt,dd,h1,h2,h3,button,a";

/** What a screen reader finds, a line for each thing: `button: Play`, `heading: Shop`, and text as it stands. */
export function outline(element: Element): string[] {
  if (element.getAttribute("aria-hidden") === "true") return [];
  if (element.matches("h1,h2,h3")) return [`heading: ${name(element)}`];
  if (element.matches("button")) return [`${control(element)}: ${name(element)}`];
  if (element.matches("a")) return [`link: ${name(element)} -> ${element.getAttribute("href")}`];
  const inner = element.querySelector(BLOCKS) ? [...element.children].flatMap(outline) : [text(element)];
  return live(
    element,
    inner.filter((line) => line !== ""),
  );
}

/** The control that reads so. */
export function named(root: Element, wanted: string): HTMLElement {
  const all = [...root.querySelectorAll<HTMLElement>("button,a")];
  const found = all.find((one) => name(one) === wanted);
  if (!found) throw new Error(`There is no ${wanted}, but ${all.map(name).join(", ")}.`);
  return found;
}

function live(element: Element, lines: string[]): string[] {
  const role = element.getAttribute("role");
  return role === "alert" || role === "status" ? lines.map((line) => `${role}: ${line}`) : lines;
}

function control(element: Element): string {
  const states = [
    element.hasAttribute("disabled") && "disabled",
    element.getAttribute("aria-busy") === "true" && "busy",
    element.getAttribute("aria-pressed") === "true" && "pressed",
    element.getAttribute("aria-checked") === "true" && "on",
    element.getAttribute("aria-current") && "current",
  ].filter(Boolean);
  return [element.getAttribute("role") ?? "button", ...states].join(" ");
}

function name(element: Element): string {
  return element.getAttribute("aria-label") ?? text(element);
}

function text(element: Element): string {
  const parts = [...element.childNodes].map((node) => {
    if (node instanceof Element) return node.getAttribute("aria-hidden") === "true" ? "" : `${text(node)} `;
    return node.textContent ?? "";
  });
  return parts.join("").replaceAll("\u2060", "").replace(/\s+/g, " ").trim();
}
