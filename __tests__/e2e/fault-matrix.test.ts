import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { REGION, type Stage } from '../../dev/stage.ts'
import { type Ran, runCell } from '../support/fault-run.ts'
import { type Cell, cellsFor, faultOf, nameOf, STAGES, type Stage as Where } from '../support/fault-table.ts'
import { EACH_ENGINE, stageOn } from '../support/parts.ts'
import { signingEnv } from '../support/sigstore/stage.ts'

// Every fault at every stage, on both engines: a part of them in npm test, all of them in npm run soak -- faults.

/** Runs at once: they wait more than they work. */
const AT_ONCE = 4
/** How many cells are started before their tests, those of the tests that `-t` leaves out among them. */
const AHEAD = 2 * AT_ONCE
/** What retries need at most where a fault is met once, engines' own included. */
const CELL_MS = 120_000

jest.setTimeout(CELL_MS)

const signsOf = ({ stage }: Cell) => (STAGES[stage] as Where).signs

/** An engine whose login fails over TLS tries a loopback address without it, and tells of that. */
const reason = (cell: Cell) =>
  cell.stage === 'login' ? new RegExp(`${faultOf(cell).said.source}|EOF`, 'i') : faultOf(cell).said
const BROKEN = /ECONNRESET/

describe.each(EACH_ENGINE)('on the %s engine', (engine) => {
  const cells = cellsFor(engine)
  let stage: Stage
  let sigstore: Sigstore | undefined
  let runs: Map<Cell, Promise<Ran>>
  let startFrom: (first: Cell) => void

  beforeAll(async () => {
    const signs = cells.some((cell) => signsOf(cell) === 'attest')
    ;[stage, sigstore] = await Promise.all([stageOn(engine), signs ? startSigstore() : undefined])
    const attesting = { inputs: CUSTOM, env: signingEnv(stage), prepare: writeFiles }
    const ready = Array.from({ length: AT_ONCE }, () => Promise.resolve<unknown>(undefined))
    runs = new Map()
    startFrom = (first) => {
      const at = cells.indexOf(first)
      for (const cell of cells.slice(at, at + AHEAD).filter((next) => !runs.has(next))) {
        const lane = runs.size % AT_ONCE
        const given = signsOf(cell) === 'attest' ? attesting : {}
        const run = (ready[lane] as Promise<unknown>).then(() => runCell(stage, cell, [], given))
        ready[lane] = run.catch(() => undefined)
        runs.set(cell, run)
      }
    }
  })
  afterAll(async () => {
    await Promise.allSettled(runs.values())
    await sigstore?.stop()
    await stage?.close()
  })
  const writeFiles = (workspace: string) => writeSigstoreFiles(workspace, sigstore as Sigstore)

  test.each(cells.map((cell) => [nameOf(cell), cell] as const))(
    '%s',
    async (_, cell) => {
      startFrom(cell)
      const ran = await (runs.get(cell) as Promise<Ran>)
      const { main, post, held, left } = ran
      if (process.env['FAULTS'] === 'all') {
        process.stderr.write(`${engine}: ${nameOf(cell)}: ${main.seconds.toFixed(1)} s\n`)
      }
      const fault = faultOf(cell)
      const here = held[REGION]
      const retries = main.log.split('\n').filter((line) => /; retry after /.test(line))
      try {
        expect({ met: ran.met > 0, pending: ran.pending }).toEqual({ met: true, pending: 0 })
        if ('lasting' in fault && fault.lasting) {
          expect(main.exitCode).toBe(1)
          expect(retries).toEqual([])
          const errors = main.annotations.filter(({ kind }) => kind === 'error').map(({ message }) => message)
          expect(errors.join('\n')).toMatch(fault.said)
          expect(errors.join('\n')).toMatch(/What to do: /)
          if (signsOf(cell) === 'attest') {
            expect(main.outputs['attested']).toBe('false')
            // Either nothing was built, or the image is there without anything beside it.
            expect(here?.images ?? []).toEqual(cell.stage === 'referrers' ? [] : [main.outputs['digest']])
          }
        } else {
          expect(main.exitCode).toBe(0)
          // Whatever became of the answer: it was this run that created it.
          if (cell.stage === 'create') expect(main.outputs['repository-created']).toBe('true')
          // One line for each retry, with the reason. Engines do not tell of their own; and a connection that had been
          // kept open and is gone is no failure of the request.
          // A renewed token has a line of its own, and a scan is asked for again anyway.
          const own = cell.fault === 'expired token' || cell.stage === 'scan'
          if (!own && (STAGES[cell.stage].by === 'sdk' || !BROKEN.test(fault.said.source))) {
            expect(retries.length).toBeGreaterThanOrEqual(STAGES[cell.stage].by === 'docker' ? 0 : 1)
          }
          expect(retries.length).toBeLessThanOrEqual(cell.fault === 'expired token' ? 2 : 1)
          for (const line of retries) expect(line).toMatch(reason(cell))
          const digest = main.outputs['digest']
          expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
          expect(here?.tags).toEqual({ v1: digest, v2: digest })
          // The image, and nothing beside it but what was to be.
          const beside = JSON.parse(main.outputs['attestations'] || '[]') as { referrer: string }[]
          expect(beside).toHaveLength(signsOf(cell) === 'attest' ? 1 : 0)
          expect(here?.images).toEqual([digest, ...beside.map(({ referrer }) => referrer)])
        }
        // What did not come to a tag is under none.
        for (const tag of Object.values(here?.tags ?? {})) expect(here?.images).toContain(tag)
        expect(main.log).not.toMatch(/^\s+at .*(?:\.js|node:)/m)
        expect(post.exitCode).toBe(0)
        expect(left).toEqual({ main: [], post: [] })
      } catch (error) {
        throw new Error(`${(error as Error).message}\nThe step's log:\n${main.log}`)
      }
    },
    CELL_MS * 5,
  )
})
