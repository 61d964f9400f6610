type Shape = { from: number; to: number; secs: number; loud: number; wave: OscillatorType; after?: number };

/** Sounds that are made when they are heard. Nothing is made before sound is wanted and the player has touched something, as browsers demand. */
export class Sound {
  private on = false;
  private context: AudioContext | null = null;
  private hiss: AudioBuffer | null = null;

  set(on: boolean): void {
    this.on = on;
    if (on && navigator.userActivation?.isActive) this.touched();
    if (!on) void this.context?.suspend();
  }

  /** To be called from within what the player did. */
  touched(): void {
    if (!this.on || typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    if (this.context.state === "suspended") void this.context.resume();
  }

  hush(): void {
    void this.context?.suspend();
  }

  flap(): void {
    this.tone({ from: 330, to: 620, secs: 0.09, loud: 0.12, wave: "sine" });
    this.noise(0.07, 0.05, 1_800);
  }

  point(): void {
    this.tone({ from: 880, to: 880, secs: 0.08, loud: 0.1, wave: "triangle" });
    this.tone({ from: 1_318, to: 1_318, secs: 0.16, loud: 0.1, wave: "triangle", after: 0.07 });
  }

  hit(): void {
    this.noise(0.16, 0.3, 700);
    this.tone({ from: 210, to: 55, secs: 0.28, loud: 0.2, wave: "square" });
  }

  destroy(): void {
    void this.context?.close();
    this.context = null;
  }

  private tone({ from, to, secs, loud, wave, after = 0 }: Shape): void {
    const context = this.playing();
    if (context === null) return;
    const begin = context.currentTime + after;
    const tone = new OscillatorNode(context, { type: wave, frequency: from });
    tone.frequency.setValueAtTime(from, begin);
    tone.frequency.exponentialRampToValueAtTime(to, begin + secs);
    tone.connect(fading(context, begin, secs, loud));
    tone.start(begin);
    tone.stop(begin + secs);
  }

  private noise(secs: number, loud: number, below: number): void {
    const context = this.playing();
    if (context === null) return;
    this.hiss ??= hissing(context);
    const noise = new AudioBufferSourceNode(context, { buffer: this.hiss });
    const filter = new BiquadFilterNode(context, { type: "lowpass", frequency: below });
    noise.connect(filter).connect(fading(context, context.currentTime, secs, loud));
    noise.start();
    noise.stop(context.currentTime + secs);
  }

  private playing(): AudioContext | null {
    return this.on && this.context?.state === "running" ? this.context : null;
  }
}

function fading(context: AudioContext, begin: number, secs: number, loud: number): GainNode {
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(loud, begin + 0.008);
  gain.gain.exponentialRampToValueAtTime(0.001, begin + secs);
  gain.connect(context.destination);
  return gain;
}

function hissing(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate / 2, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let at = 0; at < samples.length; at++) samples[at] = Math.random() * 2 - 1;
  return buffer;
}
