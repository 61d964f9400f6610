/** What is kept on this phone, for one player. Where nothing may be kept, it is kept while the page is open. */
export interface Keep {
  get<T>(name: string): T | undefined;
  /** False when it is only kept while the page is open. */
  set(name: string, value: unknown): boolean;
  delete(name: string): void;
  /** Names that begin with this. */
  names(beginning: string): string[];
}

/** Whoever else has an account on this phone has a keep of their own. */
export function keepOf(user: string, storage: Storage | null = storageHere()): Keep {
  const prefix = `scrip:${user}:`;
  const here = new Map<string, string>();
  return {
    get<T>(name: string) {
      const text = here.get(name) ?? read(storage, prefix + name);
      return text === null ? undefined : (parsed(text) as T | undefined);
    },
    set(name, value) {
      const text = JSON.stringify(value);
      if (written(storage, prefix + name, text)) {
        here.delete(name);
        return true;
      }
      here.set(name, text);
      return false;
    },
    delete(name) {
      here.delete(name);
      removed(storage, prefix + name);
    },
    names(beginning) {
      const kept = keysOf(storage).filter((key) => key.startsWith(prefix + beginning));
      return [...new Set([...kept.map((key) => key.slice(prefix.length)), ...within(here, beginning)])];
    },
  };
}

/** Reading the property throws where a browser forbids storage. */
function storageHere(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function read(storage: Storage | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

function written(storage: Storage | null, key: string, text: string): boolean {
  try {
    storage?.setItem(key, text);
    return storage !== null;
  } catch {
    // What was there before would be read again otherwise.
    removed(storage, key);
    return false;
  }
}

function removed(storage: Storage | null, key: string): void {
  try {
    storage?.removeItem(key);
  } catch {
    // It cannot be read either.
  }
}

function keysOf(storage: Storage | null): string[] {
  try {
    const count = storage?.length ?? 0;
    return Array.from({ length: count }, (_, at) => storage?.key(at) ?? "");
  } catch {
    return [];
  }
}

function within(here: Map<string, string>, beginning: string): string[] {
  return [...here.keys()].filter((name) => name.startsWith(beginning));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
