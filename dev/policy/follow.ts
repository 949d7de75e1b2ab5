import { existsSync } from 'node:fs'
import path from 'node:path'
import { anyRefOf, calleeOf, localIn, withoutIds } from './called.ts'
import { type Members, type Passed, passedTo, textsOf, variableOf, withEnv, withInputs } from './contexts.ts'
import { type Ambient, configured, keysIn, NOTHING_YET, runsSurely, sourceOf } from './credentials.ts'
import { inputsOf, type Place, type Run, runsOf } from './events.ts'
import { asksForStatus, type Contexts, mayRun, resolve, textFrom } from './expressions.ts'
import { environmentOf, tokenOf } from './job.ts'
import { withLocal } from './local-files.ts'
import { combinationsOf } from './matrix.ts'
import { mentionsIn } from './mentions.ts'
import { type Action, oursOf, ownFolder, startsLocalEcr } from './ours.ts'
import type { Checkout, Followed, Step } from './step.ts'
import { guard, YamlFile } from './workflow-file.ts'

/** Called workflows call others, and composite actions use others: GitHub allows ten levels. */
const DEEPEST = 10

/**
 * Follows every run of a workflow through the jobs, the called workflows and the composite actions.
 * @throws CommandError with the place of what is no workflow
 */
export function follow(file: YamlFile, checkout: Checkout, place: Omit<Place, 'mentions'>): Followed {
  const steps: Step[] = []
  const unseen = new Set<string>()
  for (const run of runs()) {
    const follower = new Follower(run, checkout, steps, unseen)
    const calledBy = run.isCall
      ? [anyRefOf(path.relative(checkout.root, path.resolve(file.path)), checkout)]
      : null
    follower.workflow(file, { inputs: inputsOf(run), parts: {}, above: '', token: null, calledBy })
  }
  return { steps, unseen: [...unseen] }

  function runs(): Run[] {
    try {
      return runsOf(file.content['on'], {
        ...place,
        mentions: mentionsIn(withLocal(file.content, checkout.root)),
      })
    } catch (error) {
      const what = `'on' has a pattern that is none: ${(error as Error).message}`
      throw file.wrong(['on'], what, 'correct the pattern there.', error)
    }
  }
}

/** What a workflow is called with; of the file that is given, nothing. */
interface Call extends Passed {
  /** The keys of the jobs that call, each with a slash; empty for the file that is given. */
  readonly above: string
  /** Whether the calling job has the permission for a token; null if nobody calls. */
  readonly token: boolean | null
  readonly calledBy: readonly string[] | null
}

/** What the steps of a job have in common. */
type OfJob = Pick<Step, 'job' | 'run' | 'environment' | 'calledBy' | 'hasToken'>

/** Where a list of steps is. */
interface Within {
  readonly file: YamlFile
  readonly at: readonly (string | number)[]
  readonly contexts: Contexts
  readonly ambient: Ambient
  /** The keys in the job's own `env`. */
  readonly keys: string
  /** Whether all of them run, as far as it is for what is around them to say. */
  readonly isSure: boolean
  readonly depth: number
}

class Follower {
  readonly #steps: Step[]
  readonly #run: Run
  readonly #checkout: Checkout
  readonly #unseen: Set<string>

  constructor(run: Run, checkout: Checkout, steps: Step[], unseen: Set<string>) {
    this.#run = run
    this.#checkout = checkout
    this.#steps = steps
    this.#unseen = unseen
  }

  workflow(file: YamlFile, call: Call): void {
    const { content } = file
    const contexts = guard(file, ['env'], () =>
      withEnv(this.#contexts(call), file.map(['env'], content['env'])),
    )
    const skipped = new Set<string>()
    for (const [key, value] of Object.entries(file.map(['jobs'], content['jobs']))) {
      const at = ['jobs', key]
      const job = file.map(at, value)
      const waits = [job['needs'] ?? []].flat().some((one) => skipped.has(textFrom(one)))
      const runs = guard(file, [...at, 'if'], () => mayRun(job['if'], contexts))
      if (!runs || (waits && !asksForStatus(job['if']))) {
        skipped.add(key)
        continue
      }
      const { matrix } = file.map([...at, 'strategy'], job['strategy'])
      for (const row of guard(file, [...at, 'strategy'], () => combinationsOf(matrix, contexts)))
        this.#job(file, key, job, call, { ...contexts, values: { ...contexts.values, matrix: row } })
    }
  }

  #contexts({ inputs, parts }: Call): Contexts {
    const repository = withoutIds(this.#checkout.repository)
    const [owner] = repository.split('/')
    const github = { repository, repository_owner: owner, ...this.#run.github }
    return { values: { github, inputs, env: {}, matrix: {} }, anyRef: this.#run.anyRef, parts }
  }

  #job(file: YamlFile, key: string, job: Members, call: Call, outer: Contexts): void {
    const at = ['jobs', key]
    const contexts = guard(file, [...at, 'env'], () => withEnv(outer, file.map([...at, 'env'], job['env'])))
    const token = tokenOf(job['permissions'] ?? file.content['permissions'], call.token)
    const name = `${call.above}${key}`
    if (job['uses'] !== undefined) {
      this.#called(file, at, job, { contexts, token, name })
      return
    }
    const environment = guard(file, [...at, 'environment'], () =>
      resolve(environmentOf(job['environment']), contexts),
    )
    const ofJob = { job: name, run: this.#run, environment, calledBy: call.calledBy, hasToken: token }
    const within = { contexts, keys: keysIn(contexts), ambient: NOTHING_YET, isSure: true, depth: 0 }
    this.#follow(ofJob, job['steps'], { file, at: [...at, 'steps'], ...within })
  }

  /** A job that is another workflow. */
  #called(
    file: YamlFile,
    at: readonly string[],
    job: Members,
    { contexts, token, name }: { contexts: Contexts; token: boolean; name: string },
  ): void {
    const uses = textFrom(job['uses'])
    const target = calleeOf(uses, this.#checkout)
    if (target === null) {
      this.#unseen.add(
        `${file.where([...at, 'uses'])}: the job calls ${uses}, into which this command cannot see.`,
      )
      return
    }
    if (name.split('/').length > DEEPEST) {
      const what = `the workflows call each other more than ${DEEPEST} levels deep`
      throw file.wrong([...at, 'uses'], what, 'end the circle.')
    }
    const callee = new YamlFile(target.path, target.local ?? uses)
    const on = callee.content['on']
    const events = callee.map(['on'], typeof on === 'object' && !Array.isArray(on) ? on : {})
    const { inputs: declared } = callee.map(['on', 'workflow_call'], events['workflow_call'])
    const passed = guard(file, [...at, 'with'], () =>
      passedTo(
        callee.map(['on', 'workflow_call', 'inputs'], declared),
        file.map([...at, 'with'], job['with']),
        contexts,
      ),
    )
    this.workflow(callee, { ...passed, above: `${name}/`, token, calledBy: target.refs })
  }

  /** @returns what the steps have put into the job */
  #follow(ofJob: OfJob, list: unknown, within: Within): Ambient {
    const { file } = within
    let { ambient } = within
    for (const [index, step] of file.maps(within.at, list).entries()) {
      const at = [...within.at, index]
      const contexts = guard(file, [...at, 'env'], () =>
        withEnv(within.contexts, file.map([...at, 'env'], step['env'])),
      )
      const { uses } = step
      if (typeof uses !== 'string' || !guard(file, [...at, 'if'], () => mayRun(step['if'], contexts)))
        continue
      const where = file.where(at)
      const given = file.map([...at, 'with'], step['with'])
      const inputs = () => guard(file, [...at, 'with'], () => textsOf(given, contexts, true))
      const local = localIn(uses)
      const action = local === null ? actionIn(uses) : ownFolder(path.join(this.#checkout.root, local))
      const isSure = within.isSure && runsSurely(step['if'], contexts)
      if (isSure && startsLocalEcr(uses, this.#checkout.root)) return ambient
      const source = sourceOf(contexts, within.keys, ambient)
      if (/^aws-actions\/configure-aws-credentials@/i.test(uses))
        ambient = configured(inputs(), ambient, { where, existing: source, isSure })
      else if (action !== null) {
        const ofEnv = [variableOf(contexts, 'AWS_REGION'), variableOf(contexts, 'AWS_DEFAULT_REGION')]
        const region = ambient.region ?? ofEnv.find((parts) => parts.length > 0) ?? []
        const { notes } = ambient
        this.#steps.push({ ...ofJob, where, action, inputs: inputs(), region, source, notes })
      } else if (local !== null)
        ambient = this.#composite(ofJob, local, given, { ...within, at, contexts, ambient, isSure })
    }
    return ambient
  }

  /** A local action, which may be made of steps. */
  #composite(ofJob: OfJob, local: string, given: Members, within: Within): Ambient {
    const folder = path.join(this.#checkout.root, local)
    const name = ['action.yml', 'action.yaml'].find((one) => existsSync(path.join(folder, one)))
    if (name === undefined) {
      this.#unseen.add(
        `${within.file.where(within.at)}: there is no ./${local} in the checkout, so that nobody knows what it does.`,
      )
      return within.ambient
    }
    const file = new YamlFile(path.join(folder, name), path.posix.join(local, name))
    const runs = file.map(['runs'], file.content['runs'])
    if (runs['using'] !== 'composite') return within.ambient
    if (within.depth >= DEEPEST) {
      const what = `the actions use each other more than ${DEEPEST} levels deep`
      throw file.wrong(['runs'], what, 'end the circle.')
    }
    const declared = file.map(['inputs'], file.content['inputs'])
    const passed = guard(within.file, [...within.at, 'with'], () =>
      passedTo(declared, given, within.contexts),
    )
    return this.#follow(ofJob, runs['steps'], {
      ...within,
      file,
      at: ['runs', 'steps'],
      contexts: withInputs(within.contexts, passed),
      depth: within.depth + 1,
    })
  }
}

function actionIn(uses: string): Action | null {
  const ours = oursOf(uses)
  return ours !== null && 'action' in ours ? ours.action : null
}
