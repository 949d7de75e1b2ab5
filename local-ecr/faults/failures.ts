import type { DropPoint } from './orders.ts'

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

/** An answer that is sent exactly as it is here. */
export class Verbatim extends Error {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
  /** Its name in the record of requests. */
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
