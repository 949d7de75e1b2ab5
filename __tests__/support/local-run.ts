import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { type RunOptions, type WorkflowRun, Workflows } from '../../dev/workflow/index.ts'

/** A push to the main branch of acme/shop. */
export const PUSH = {
  name: 'push',
  ref: 'refs/heads/main',
  sha: 'c0ffee'.repeat(7).slice(0, 40),
  repository: 'acme/shop',
} as const

type Options = Partial<RunOptions>

/** The workflows of a test file, of which none needs an engine or a network. */
export interface LocalRuns {
  /** Adds a workflow, by the name of its file. To be called before any test runs. */
  add(name: string, text: string): void
  /** Runs it; by itself a push, with an OIDC token that says which claims it has. */
  run(name: string, options?: Options): Promise<WorkflowRun>
}

/** @returns what reads all workflows of a test file at once, as GitHub's parser takes its time to start */
export function localRuns(): LocalRuns {
  const files: Record<string, string> = {}
  let workflows: Workflows
  const folder = mkdtempSync(path.join(tmpdir(), 'workflows-'))
  beforeAll(async () => {
    workflows = await Workflows.read(files)
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return {
    add(name, text) {
      files[`.github/workflows/${name}.yml`] = text
    },
    async run(name, options = {}) {
      const run = await workflows.run(`.github/workflows/${name}.yml`, {
        event: PUSH,
        checkout: '/nonexistent',
        folder,
        machine: async () => ({ PATH: process.env['PATH'] ?? '', HOME: folder }),
        idToken: (claims) => ({ ID_TOKEN: JSON.stringify(claims) }),
        ...options,
      })
      if (run === null) throw new Error('the event does not start the workflow')
      return run
    },
  }
}

/** The result of each job of a run, by its path. */
export const resultsOf = (run: WorkflowRun): Record<string, string> =>
  Object.fromEntries(run.jobs.map((job) => [job.path, job.result]))
