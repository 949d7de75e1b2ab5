import { setTimeout as sleep } from 'node:timers/promises'
import { accessDenied, EcrError } from './errors.ts'
import { PUBLIC } from './store.ts'

export type Side = 'api' | 'registry'

/** What a request is known by; a registry request has the operation whose permission it needs. */
export interface Subject {
  readonly side: Side
  readonly operation: string
  readonly account: string
  readonly region: string
  readonly method?: string
  readonly path?: string
  readonly repository?: string
}

export interface Match {
  readonly side?: Side
  readonly operation?: string
  readonly method?: string
  /** A string is looked for anywhere in the path. */
  readonly path?: RegExp | string
  readonly repository?: string
  readonly account?: string
  readonly region?: string
}

export type Effect =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly status?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'deny' }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }

export interface Order {
  readonly match: Match
  /** How many requests it meets; one, where nothing is said. `Infinity` is every one. */
  readonly times?: number
  readonly effect: Effect
}

/** The connection ends without an answer. */
export class Dropped extends Error {
  constructor() {
    super('socket hang up')
    this.name = 'Dropped'
    Object.assign(this, { code: 'ECONNRESET' })
  }
}

/** An answer that is given as it stands. */
export class Verbatim extends Error {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
  /** What the record calls it. */
  readonly label: string

  constructor(status: number, body = '', headers: Record<string, string> = {}, label = `Status${status}`) {
    super(`status ${status}`)
    this.name = 'Verbatim'
    this.label = label
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** Failures on order. An order meets the requests it matches, in the order in which orders were given. */
export class Faults {
  #orders: { order: Order; left: number }[] = []

  order(...orders: Order[]): void {
    this.#orders.push(...orders.map((order) => ({ order, left: order.times ?? 1 })))
  }

  clear(): void {
    this.#orders = []
  }

  /** Orders that no request has met yet: a test can require that there are none. */
  get pending(): readonly Order[] {
    return this.#orders.filter(({ left }) => left > 0 && left !== Infinity).map(({ order }) => order)
  }

  /** Meets a request: waits for the delays that match, then throws what the first other order says. */
  async meet(subject: Subject, arn: string, resource: string): Promise<void> {
    let delay = 0
    let failure: Error | undefined
    for (const entry of this.#orders) {
      if (entry.left <= 0 || !matches(entry.order.match, subject)) continue
      entry.left -= 1
      const { effect } = entry.order
      if (effect.kind === 'delay') {
        delay += effect.ms
        continue
      }
      failure = failureOf(effect, subject, arn, resource)
      break
    }
    this.#orders = this.#orders.filter(({ left }) => left > 0)
    if (delay > 0) await sleep(delay)
    if (failure) throw failure
  }
}

function matches(match: Match, subject: Subject): boolean {
  const { path, ...plain } = match
  const said = Object.entries(plain) as [Exclude<keyof Match, 'path'>, string | undefined][]
  if (said.some(([member, value]) => value !== undefined && subject[member] !== value)) return false
  if (path === undefined) return true
  return path instanceof RegExp ? path.test(subject.path ?? '') : (subject.path ?? '').includes(path)
}

function failureOf(
  effect: Exclude<Effect, { kind: 'delay' }>,
  subject: Subject,
  arn: string,
  resource: string,
) {
  switch (effect.kind) {
    case 'error':
      return new EcrError(effect.name, effect.message, effect.status)
    case 'drop':
      return new Dropped()
    case 'throttle':
      return new EcrError('ThrottlingException', 'Rate exceeded', subject.side === 'api' ? 400 : 429)
    case 'deny':
      return accessDenied(
        arn,
        `${subject.region === PUBLIC ? 'ecr-public' : 'ecr'}:${subject.operation}`,
        resource,
      )
    case 'status':
      return new Verbatim(effect.status, effect.body, effect.headers)
  }
}
