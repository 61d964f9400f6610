import { render } from "preact";
import { act } from "preact/test-utils";
import { App } from "../../src/screens/app";
import { type MadeUp, madeUp, type Shown } from "./made-up";
import { named, outline } from "./outline";

/** The whole of the screens in front of somebody. */
export class Stand {
  readonly model: MadeUp;
  /** How often the picture was put in. */
  stages = 0;
  private readonly root = document.createElement("div");

  constructor(given: Partial<Shown> = {}) {
    this.model = madeUp(given);
    document.body.replaceChildren(this.root);
    const stage = () => {
      this.stages += 1;
    };
    act(() => render(<App model={this.model} stage={stage} />, this.root));
  }

  lines(): string[] {
    return outline(this.root);
  }

  element(selector: string): HTMLElement | null {
    return this.root.querySelector(selector);
  }

  async press(name: string) {
    await this.change(() => named(this.root, name).click());
  }

  async key(key: string) {
    await this.change(() => window.dispatchEvent(new KeyboardEvent("keydown", { key })));
  }

  async change(what: () => void) {
    await act(async () => what());
  }

  /** As when the window is closed. */
  close() {
    render(null, this.root);
  }
}
