import { setTimeout as sleep } from 'node:timers/promises'
import { accessDenied, EcrError, tokenExpired } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'
import { Dropped, Endless, Verbatim } from './failures.ts'
import type { DropPoint, Effect, Match, Order, Subject } from './orders.ts'
import type { Stall } from './stall.ts'

/** What happens to a request after it was carried out. */
export interface Aftermath {
  readonly drop?: DropPoint
  readonly stall?: Stall
  readonly rewrite?: (answer: string) => string
}

interface Entry {
  readonly order: Order
  left: number
  met: number
}

/** Orders that were given together. */
export interface Ordered {
  /** How many requests they were applied to. */
  readonly met: number
  /** How many of the orders were not yet applied as often as they say; an order for all requests, at least once. */
  readonly pending: number
  /** Takes the orders back, and ends the connections of requests that hang because of them. */
  withdraw(): void
}

/** Faults on order. Orders apply to the requests that they match, the oldest order first. */
export class Faults {
  #orders: Entry[] = []
  readonly #hanging = new Map<() => void, Entry>()

  order(...orders: Order[]): Ordered {
    const entries = orders.map((order) => ({ order, left: order.times ?? 1, met: 0 }))
    this.#orders.push(...entries)
    return {
      get met() {
        return entries.reduce((sum, { met }) => sum + met, 0)
      },
      get pending() {
        return entries.filter(({ left, met }) => (left === Infinity ? met === 0 : left > 0)).length
      },
      withdraw: () => this.#end((entry) => entries.includes(entry)),
    }
  }

  /** Withdraws all orders, and ends the connections of requests that hang. */
  clear(): void {
    this.#end(() => true)
  }

  #end(which: (entry: Entry) => boolean): void {
    this.#orders = this.#orders.filter((entry) => !which(entry))
    for (const [end, entry] of this.#hanging) {
      if (!which(entry)) continue
      this.#hanging.delete(end)
      end()
    }
  }

  /**
   * Orders that were not yet applied as often as they say, without those for all requests. A test can check that none
   * are left.
   */
  get pending(): readonly Order[] {
    return this.#orders.filter(({ left }) => left > 0 && left !== Infinity).map(({ order }) => order)
  }

  /**
   * Applies the orders that match a request: waits for the delays, then does what the first other order says.
   * @param arn the caller
   * @param resource what the request is about, as IAM names it
   * @param expire expires the request's registry token
   * @returns what is to be done after the request was carried out
   * @throws EcrError, Dropped or Verbatim if the request is not to be carried out
   */
  async meet(subject: Subject, arn: string, resource: string, expire = () => {}): Promise<Aftermath> {
    const { delay, entry } = this.#take(subject)
    if (delay > 0) await sleep(delay)
    if (entry === undefined) return {}
    const effect = entry.order.effect as Exclude<Effect, { kind: 'delay' }>
    if (effect.kind === 'drop' && effect.when !== undefined) return { drop: effect.when }
    if (effect.kind === 'rewrite')
      return { rewrite: (answer) => answer.replaceAll(effect.find, effect.replace) }
    if (effect.kind === 'hang' || effect.kind === 'drip') {
      const until = new Promise<void>((end) => this.#hanging.set(end, entry))
      if (effect.when !== undefined) return { stall: { effect, until } }
      await until
    }
    if (effect.kind === 'expire') expire()
    throw failureOf(effect, subject, arn, resource)
  }

  #take(subject: Subject): { delay: number; entry?: Entry } {
    let delay = 0
    for (const entry of this.#orders) {
      if (!isFor(entry.order.effect, subject) || !matches(entry.order.match, subject)) continue
      entry.left -= 1
      entry.met += 1
      this.#orders = this.#orders.filter(({ left }) => left > 0)
      const { effect } = entry.order
      if (effect.kind !== 'delay') return { delay, entry }
      delay += effect.ms
    }
    return { delay }
  }
}

/** Some effects need what only one side has: a registry token, or the API's answer. */
function isFor({ kind }: Effect, { side }: Subject): boolean {
  if (kind === 'expire') return side === 'registry'
  return (kind !== 'rewrite' && kind !== 'endless') || side === 'api'
}

function matches(match: Match, subject: Subject): boolean {
  // An order for requests must not be used up by the handshake before the request.
  if (subject.side === 'connection' && match.side !== 'connection') return false
  const { path, caller, userAgent, ...exact } = match
  const given = Object.entries(exact) as [keyof typeof exact, string | undefined][]
  if (given.some(([member, value]) => value !== undefined && subject[member] !== value)) return false
  if (caller !== undefined && !(subject.caller ?? '').includes(caller)) return false
  if (userAgent !== undefined && !(subject.userAgent ?? '').includes(userAgent)) return false
  if (path === undefined) return true
  return path instanceof RegExp ? path.test(subject.path ?? '') : (subject.path ?? '').includes(path)
}

function failureOf(
  effect: Exclude<Effect, { kind: 'delay' | 'rewrite' }>,
  subject: Subject,
  arn: string,
  resource: string,
) {
  switch (effect.kind) {
    case 'error':
      return new EcrError(effect.name, effect.message, effect.status)
    case 'drop':
    case 'hang':
    case 'drip':
      return new Dropped()
    case 'endless':
      return new Endless()
    case 'expire':
      return tokenExpired()
    case 'throttle':
      return new EcrError('ThrottlingException', 'Rate exceeded', subject.side === 'api' ? 400 : 429)
    case 'deny':
      return accessDenied(
        arn,
        `${subject.region === PUBLIC ? 'ecr-public' : 'ecr'}:${subject.operation}`,
        resource,
      )
    case 'status':
      return new Verbatim(
        effect.status,
        effect.bodyBase64 === undefined ? effect.body : Buffer.from(effect.bodyBase64, 'base64'),
        effect.headers,
      )
  }
}
