import { element } from "./dialog";
import { addressOf, NEW } from "./person";
import type { DemoServer, Person } from "./routes";
import * as words from "./words";

/** Says that all of this is made up, and lets one be somebody else. */
export async function badge(server: DemoServer, person: Person): Promise<void> {
  const details = document.createElement("details");
  details.className = "demo-badge";
  details.dataset.testid = "demo-badge";
  const label = element("label", words.YOU);
  const select = document.createElement("select");
  select.dataset.testid = "demo-person";
  label.append(select);
  details.append(element("summary", words.BADGE), element("p", words.ABOUT), label);
  document.body.append(details);
  options(select, [person], person);
  select.addEventListener("change", () => location.assign(addressOf(select.value)));
  // Without the list the person of now is the only one to choose.
  const others = await server.people().catch(() => []);
  options(select, others.some((one) => one.id === person.id) ? others : [person, ...others], person);
}

function options(select: HTMLSelectElement, people: Person[], chosen: Person): void {
  const all = people.map(({ id, name }) => new Option(name, id, id === chosen.id, id === chosen.id));
  select.replaceChildren(...all, new Option(words.NEW_PERSON, NEW));
}
