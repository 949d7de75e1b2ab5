import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../root.ts'
import { problemsOfRun } from './check.ts'
import { type Event, fileName, githubOf, inputsOf, starts } from './event.ts'
import { groupOf } from './job.ts'
import { runJobs } from './jobs.ts'
import { type Workflow, workflowOf } from './model.ts'
import { type Answer, OWN, parseWorkflows } from './parse.ts'
import type { JobRun, WorkflowRun } from './result.ts'
import type { Runner, StandIn } from './runner.ts'
import { standInsOf } from './stand-ins.ts'

export type { Event } from './event.ts'
export { type JobRun, jobOfRun, type StepRun, type WorkflowRun } from './result.ts'
export type { StandIn, StandInResult, StandInStep } from './runner.ts'

/** What a run is made of. */
export interface RunOptions {
  readonly event: Event
  /** A Git repository on this machine that has the commit of the event. */
  readonly checkout: string
  /** An empty folder, for workspaces and artifacts. */
  readonly folder: string
  /** The environment of a machine for one job, by its path. */
  readonly machine: Runner['machine']
  readonly secrets?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  /** What a job with `id-token: write` has; without it, none may have it. */
  readonly idToken?: Runner['idToken']
  /** Besides those for checkout and artifacts. */
  readonly standIns?: Readonly<Record<string, StandIn>>
  /** Changes the inputs of a step of this project's actions, for what workflows have no input for. */
  readonly ownInputs?: Runner['ownInputs']
  /** GitHub's API, in place of the real one. */
  readonly apiUrl?: string
  readonly onLine?: (line: string) => void
  /** Aborted to cancel the run, as somebody does on GitHub. */
  readonly cancel?: AbortSignal
  /** The attempt before, of which the jobs that failed are run again. */
  readonly again?: WorkflowRun
}

const FOLDER = path.join('.github', 'workflows')

/** The workflows of this project that texts name, and those that they name in turn: to parse a file takes its time. */
function calledBy(texts: readonly string[], found: Record<string, string> = {}): Record<string, string> {
  for (const [, file = ''] of texts.join('\n').matchAll(/\.github\/workflows\/([\w.-]+\.yml)/g)) {
    const name = path.join(FOLDER, file)
    if (name in found || !existsSync(path.join(root, name))) continue
    found[name] = readFileSync(path.join(root, name), 'utf8')
    calledBy([found[name]], found)
  }
  return found
}

/** Workflows, read by GitHub's own parser. */
export class Workflows {
  readonly #parsed: Answer

  private constructor(parsed: Answer) {
    this.#parsed = parsed
  }

  /**
   * Reads workflows, and those of this project that they call.
   * @param files texts by the names of files, such as `examples/workflows/ecs.yml`
   */
  static async read(files: Readonly<Record<string, string>>): Promise<Workflows> {
    return new Workflows(await parseWorkflows({ ...calledBy(Object.values(files)), ...files }))
  }

  /** @throws Error with what GitHub's parser has against the file */
  #workflow(file: string): Workflow {
    const parsed = this.#parsed[file]
    if (parsed === undefined) throw new Error(`the workflow ${file} has not been read`)
    if (parsed.errors.length > 0)
      throw new Error(
        parsed.errors.map(({ line, message }) => `${file}, line ${line}: ${message}`).join('\n'),
      )
    return workflowOf(parsed.root, file)
  }

  #called(uses: string): Workflow {
    const [, file] = /^(?:OWNER\/ecr-build-push\/(.*)@v1|\.\/(.*))$/.exec(uses) ?? []
    const name = file ?? uses.replace(/^\.\//, '')
    if (!uses.startsWith(`${OWN}/`) && !uses.startsWith('./'))
      throw new Error(`the local runner does not know the workflow ${uses}`)
    return this.#workflow(name)
  }

  /**
   * Runs a workflow.
   * @returns what became of it; null if the event does not start it
   * @throws Error for what the local runner does not know
   */
  async run(file: string, options: RunOptions): Promise<WorkflowRun | null> {
    const workflow = this.#workflow(file)
    const { event, again, secrets = {}, vars = {} } = options
    if (!starts(workflow, event)) return null
    const attempt = (again?.attempt ?? 0) + 1
    const number = { id: '42', attempt }
    const fromFork = event.name === 'pull_request' && event.fromFork === true
    const runner: Runner = {
      workflow: (uses) => this.#called(uses),
      event,
      number,
      // A pull request from a fork gets no secret.
      secrets: fromFork ? {} : secrets,
      vars,
      machine: options.machine,
      idToken:
        options.idToken ??
        (() => {
          throw new Error('this run has no OIDC provider')
        }),
      ownInputs: options.ownInputs ?? ((_, given) => given),
      standIns: { ...standInsOf(options), ...options.standIns },
      folder: options.folder,
      onLine: options.onLine ?? (() => {}),
      cancelled: options.cancel ?? new AbortController().signal,
      before: again?.jobs ?? null,
    }
    const github = githubOf(event, workflow, number)
    if (options.apiUrl !== undefined) github['api_url'] = options.apiUrl
    const inputs = inputsOf(workflow, event)
    const concurrency = groupOf(workflow, { github, inputs, vars })
    const problems = problemsOfRun(workflow, runner)
    if (problems.length > 0)
      return { conclusion: 'startup_failure', problems, jobs: [], concurrency, attempt }
    const jobs: JobRun[] = []
    const workflowRef = `${event.repository}/.github/workflows/${fileName(workflow)}@${event.ref}`
    const place = { github, inputs, secrets: runner.secrets, permissions: null, workflowRef }
    const ended = await runJobs(workflow, { ...place, above: '', again: false }, runner, jobs)
    const results = [...ended.values()].map(({ result }) => result)
    const conclusion = runner.cancelled.aborted
      ? 'cancelled'
      : ((['failure', 'cancelled'] as const).find((one) => results.includes(one)) ?? 'success')
    return { conclusion, problems, jobs, concurrency, attempt }
  }
}
