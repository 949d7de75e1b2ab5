import type { DropPoint } from './orders.ts'
import type { Stall } from './stall.ts'

/** The connection ends without a whole answer. */
export class Dropped extends Error {
  readonly when: DropPoint | undefined

  constructor(when?: DropPoint) {
    super('socket hang up')
    this.name = 'Dropped'
    this.when = when
    Object.assign(this, { code: 'ECONNRESET' })
  }
}

/** The answer does not come to its end, and the connection stays open. Without a connection, it is a dropped one. */
export class Stalled extends Dropped {
  readonly stall: Stall

  constructor(stall: Stall) {
    super()
    this.name = 'Stalled'
    this.stall = stall
  }
}

/** An answer whose body has no end. Without a connection, it is a dropped one. */
export class Endless extends Dropped {
  constructor() {
    super()
    this.name = 'Endless'
  }
}

/** An answer that is sent exactly as it is here. */
export class Verbatim extends Error {
  readonly status: number
  readonly body: string | Uint8Array
  readonly headers: Record<string, string>
  /** Its name in the record of requests. */
  readonly label: string

  constructor(
    status: number,
    body: string | Uint8Array = '',
    headers: Record<string, string> = {},
    label = `Status${status}`,
  ) {
    super(`status ${status}`)
    this.name = 'Verbatim'
    this.label = label
    this.status = status
    this.body = body
    this.headers = headers
  }
}
