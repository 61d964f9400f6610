import { Scene } from "phaser";
import { CONSTANTS } from "../flight/constants";
import { Backdrop, Ground } from "./backdrop";
import { BirdView } from "./bird-view";
import { Course, type CourseEvents } from "./course";
import { Feathers } from "./feathers";
import { type Painted, paint, sweep } from "./paintings";
import { PipeRow } from "./pipe-row";
import { MARGIN } from "./places";
import type { Look } from "./play";
import { ScoreView } from "./score-view";
import { SignsView } from "./signs-view";
import { StepClock } from "./step-clock";
import type { View } from "./view";

const PIPES_COME_TICKS = 14;

/** The scene: asks the clock for steps, lets the course make them, and draws what is between the last two. */
export class Picture extends Scene {
  readonly course: Course;
  private readonly clock = new StepClock();
  private readonly parts: Parts[] = [];
  private steps = 0;
  private shake = 0;
  private flash = 0;

  constructor(
    events: CourseEvents,
    private readonly calm: () => boolean,
    private look: Look,
    private view: View,
  ) {
    super("picture");
    this.course = new Course(
      {
        ...events,
        flapped: () => {
          this.parts[0]?.bird.flapped();
          if (this.course.phase === "flying") events.flapped();
        },
        scored: (score) => {
          this.parts[0]?.score.scored();
          events.scored(score);
        },
        hit: (ended) => {
          if (ended !== "time") this.bump();
          events.hit(ended);
        },
      },
      Math.random,
    );
  }

  create(): void {
    this.parts.push(partsOf(this, this.calm));
    this.dress();
  }

  /** The look of the world, or how much of it is seen, is another one. */
  change(look: Look, view: View): void {
    this.look = look;
    this.view = view;
    if (this.parts.length > 0) this.dress();
  }

  override update(now: number): void {
    const parts = this.parts[0];
    if (parts === undefined) return;
    const due = this.clock.due(now);
    if (due === "gap") this.course.wait();
    else for (let step = 0; step < due; step++) this.step(parts);
    this.draw(parts, this.clock.between);
  }

  private step(parts: Parts): void {
    this.steps += 1;
    this.shake *= 0.88;
    this.flash *= 0.8;
    if (this.course.phase === "idle" && this.calm()) this.course.rest();
    else this.course.step();
    parts.bird.step(this.course);
    parts.feathers.step();
    parts.score.step();
  }

  private draw(parts: Parts, between: number): void {
    const { course } = this;
    const distance = course.distanceBefore + (course.state.distance - course.distanceBefore) * between;
    const scroll = (course.scrollBefore + (course.scroll - course.scrollBefore) * between) / CONSTANTS.pixel;
    const still = this.calm();
    parts.backdrop.draw(still ? 0 : scroll, still ? 0 : (this.steps + between) / CONSTANTS.ticks_per_second);
    parts.ground.draw(scroll);
    parts.pipes.draw(
      course.state,
      distance,
      course.phase === "idle" ? Math.min(course.ticks / PIPES_COME_TICKS, 1) : 1,
    );
    parts.bird.draw(course, between);
    parts.signs.draw(course);
    parts.score.draw(inRun(course) ? course.state.score : -1);
    parts.flash.setAlpha(this.flash).setVisible(this.flash > 0.02);
    this.aim();
  }

  private bump(): void {
    if (this.calm()) return;
    this.shake = 5;
    this.flash = 0.55;
    const bird = this.parts[0]?.bird.image;
    if (bird !== undefined) this.parts[0]?.feathers.burst(bird.x, bird.y);
  }

  private aim(): void {
    const shaken = this.shake > 0.1 ? this.shake : 0;
    const [dx, dy] = [Math.sin(this.steps * 2.1) * shaken, Math.cos(this.steps * 2.7) * shaken];
    this.cameras.main.setScroll(this.view.left + dx, this.view.top + dy);
  }

  private dress(): void {
    const parts = this.parts[0];
    if (parts === undefined) return;
    const painted = paint(this.textures, this.look, this.view.pixels);
    for (const part of dressed(parts)) part.dress(painted, this.view);
    parts.flash.setPosition(this.view.left - MARGIN, this.view.top - MARGIN);
    parts.flash.setDisplaySize(this.view.width + 2 * MARGIN, this.view.height + 2 * MARGIN);
    sweep(this.textures, painted);
    this.cameras.main.setOrigin(0, 0).setZoom(this.view.pixels);
    this.aim();
  }
}

type Parts = ReturnType<typeof partsOf>;

/** In the order in which they are drawn. */
function partsOf(scene: Scene, calm: () => boolean) {
  return {
    backdrop: new Backdrop(scene),
    pipes: new PipeRow(scene),
    ground: new Ground(scene),
    feathers: new Feathers(scene),
    bird: new BirdView(scene, calm),
    signs: new SignsView(scene, calm),
    flash: scene.add.image(0, 0, "__WHITE").setOrigin(0, 0).setVisible(false),
    score: new ScoreView(scene, calm),
  };
}

function dressed(parts: Parts): { dress(painted: Painted, view: View): void }[] {
  const { backdrop, pipes, ground, feathers, bird, signs, score } = parts;
  return [backdrop, pipes, ground, feathers, bird, signs, score];
}

function inRun(course: Course): boolean {
  return course.phase === "flying" || course.phase === "waiting" || course.phase === "falling";
}
