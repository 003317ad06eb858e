/** The part of AbortController that request code and TanStack Query use. Provided by the build in mini-programs. */
type Listener = (event: { type: 'abort'; target: AbortSignal }) => void;

export class AbortSignal {
  aborted = false;
  reason: unknown = undefined;
  onabort: Listener | null = null;
  private listeners: { listener: Listener; once: boolean }[] = [];

  addEventListener(type: string, listener: Listener, options?: boolean | { once?: boolean }): void {
    if (type !== 'abort' || this.listeners.some((entry) => entry.listener === listener)) return;
    this.listeners.push({ listener, once: typeof options === 'object' && options.once === true });
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.listeners = this.listeners.filter((entry) => entry.listener !== listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Called by the controller only. */
  fire(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const event = { type: 'abort' as const, target: this };
    this.onabort?.(event);
    for (const entry of this.listeners.slice()) {
      if (entry.once) this.removeEventListener('abort', entry.listener);
      entry.listener(event);
    }
  }
}

export class AbortController {
  readonly signal = new AbortSignal();

  abort(reason?: unknown): void {
    this.signal.fire(
      reason ?? Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' }),
    );
  }
}
