import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { jq } from '../../dev/engine/index.ts'
import { idTokenEnv } from '../../dev/sigstore/job.ts'
import { ACCOUNT, type Stage } from '../../dev/stage.ts'
import { type Event, type RunOptions, type WorkflowRun, Workflows } from '../../dev/workflow/index.ts'
import { parts, stageOn } from './parts.ts'
import { policyOf } from './policy.ts'
import { type ProgramCall, standInPrograms } from './stand-in-programs.ts'
import { standInsOn, type Uploaded } from './workflow-stand-ins.ts'

/** GitHub with one repository, acme/shop, and AWS with its roles: what workflows run on. */
export interface WorkflowStage {
  readonly stage: Stage
  /**
   * Commits files to the repository.
   * @param files texts by path
   * @returns the commit
   */
  commit(files: Readonly<Record<string, string>>): string
  /** Makes each role that `npm run policy` has documents for, of a workflow that has been read. */
  addRoles(file: string): void
  /** Makes the role of a deployment, which may do nothing with ECR. */
  addDeployRole(environment: string): void
  /** Runs a workflow. @throws Error if the event does not start it */
  run(file: string, event: Partial<Event>, options?: Partial<RunOptions>): Promise<WorkflowRun>
  /** What was asked of the programs that deploy: `aws` and `kubectl`. */
  readonly calls: () => readonly ProgramCall[]
  /** What was uploaded to GitHub's code scanning. */
  readonly uploaded: readonly Uploaded[]
  close(): Promise<void>
}

/** What no machine of GitHub's has. */
const IDENTITY = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
]

/**
 * @param files workflows besides those of this project, by the names of their files
 * @param answers what the programs that deploy print, by the words of their command: `aws ecs update-service`
 */
export async function openWorkflowStage(
  files: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, string>> = {},
): Promise<WorkflowStage> {
  const [stage, workflows, jqProgram] = await Promise.all([stageOn('current'), Workflows.read(files), jq()])
  const engine = parts().engines.current
  const checkout = path.join(stage.folder, 'repository')
  mkdirSync(checkout)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'Octo Cat')
  git('config', 'user.email', 'octocat@example.com')
  const programs = standInPrograms(path.join(stage.folder, 'programs'), answers)
  const others = Object.entries(stage.env).filter(([name]) => !IDENTITY.includes(name))
  const PATH = [programs.folder, path.dirname(jqProgram), stage.env['PATH']].join(path.delimiter)
  const uploaded: Uploaded[] = []
  let sha = ''
  return {
    stage,
    uploaded,
    commit(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(checkout, name)), { recursive: true })
        writeFileSync(path.join(checkout, name), text)
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', `change ${Object.keys(files).join(', ')}`)
      sha = git('rev-parse', 'HEAD')
      return sha
    },
    addRoles(file) {
      const { roles } = policyOf(files[file] ?? '')
      for (const { role, trust, permissions } of roles) {
        if (role === null) throw new Error(`${file} has a step without a role`)
        stage.ecr.store.addRole(role, { trust: JSON.stringify(trust), policy: JSON.stringify(permissions) })
      }
    },
    addDeployRole(environment) {
      stage.ecr.store.addRole(`arn:aws:iam::${ACCOUNT}:role/deploy`, {
        subjects: [`repo:acme/shop:environment:${environment}`],
        policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      })
    },
    async run(file, event, options = {}) {
      const run = await workflows.run(file, {
        event: { name: 'push', ref: 'refs/heads/main', sha, repository: 'acme/shop', ...event },
        checkout,
        folder: mkdtempSync(path.join(stage.folder, 'run-')),
        // A home of its own, in which docker finds its plugins.
        machine: async () => {
          const home = mkdtempSync(path.join(stage.folder, 'home-'))
          if (engine.pluginsDir !== null) {
            mkdirSync(path.join(home, '.docker'))
            symlinkSync(engine.pluginsDir, path.join(home, '.docker', 'cli-plugins'))
          }
          return { ...Object.fromEntries(others), HOME: home, PATH }
        },
        idToken: (claims) => idTokenEnv(stage, claims),
        standIns: standInsOn(stage, engine.docker, uploaded),
        ...options,
      })
      if (run === null) throw new Error(`the event does not start ${file}`)
      return run
    },
    calls: programs.calls,
    close: () => stage.close(),
  }
}

/** The failed steps of a run with their logs, which is what one wants to read then. */
export function expectRunSuccess(run: WorkflowRun): void {
  if (run.conclusion === 'success') return
  const failed = run.jobs.flatMap((job) =>
    job.steps
      .filter(({ conclusion }) => conclusion === 'failure')
      .map(({ name, log }) => `${job.path}, ${name}:\n${log}`),
  )
  throw new Error([`the run ended with ${run.conclusion}`, ...run.problems, ...failed].join('\n'))
}
