import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type LocalEcr, type LocalEcrOptions, REGIONS, startLocalEcr } from '../local-ecr/index.ts'
import { seedBaseImage } from './base-image.ts'
import type { Engine } from './engine/index.ts'
import { runMain, runPost, type Step, type StepResult } from './runner.ts'

/** The account and the region of the demo and the tests. */
export const ACCOUNT = '123456789012'
export const REGION = 'ap-northeast-2'
/** Those that the bench of many registries pushes to; their names are claimed with the others'. */
export const REGIONS_OF_BENCH: readonly string[] = [
  ...REGIONS,
  'eu-central-1',
  'us-west-2',
  'sa-east-1',
  'ap-southeast-1',
  'ca-central-1',
]

export interface StageOptions {
  readonly engine: Pick<Engine, 'docker' | 'env' | 'pluginsDir' | 'own'>
  readonly registryBinary: string
  readonly busyboxRoot: string
  /** The claim on ECR's host names that was made before the engine started; null if ports are used. */
  readonly names: string | null
  /** One way, between every client and the local ECR. */
  readonly delayMs?: number
  /** Of each direction of each connection to the local ECR. */
  readonly bytesPerSecond?: number
  readonly rates?: LocalEcrOptions['rates']
  /** Those of the local ECR; its own by default. */
  readonly regions?: readonly string[]
  /** More variables of the job. */
  readonly variables?: Readonly<Record<string, string>>
  /** More variables of its steps, which others of the job do not have. */
  readonly stepVariables?: Readonly<Record<string, string>>
}

/** A local ECR with a base image in it, an engine, and a user with a home folder of their own. */
export interface Stage {
  readonly ecr: LocalEcr
  /** The reference of the base image, in the demo's own registry. */
  readonly baseImage: string
  /** A folder that is deleted when the stage is closed. */
  readonly folder: string
  readonly home: string
  /** What RUNNER_TEMP names. */
  readonly temp: string
  /** The environment of a job: home, PATH, engine, AWS credentials. */
  readonly env: Readonly<Record<string, string>>
  /** A step of a job, to be run by {@link runMain}. */
  step(inputs: Readonly<Record<string, string>>, more?: Partial<Step>): Step
  main(inputs: Readonly<Record<string, string>>, more?: Partial<Step>): Promise<StepResult>
  post(result: StepResult, more?: Partial<Step>): Promise<StepResult>
  close(): Promise<void>
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { engine, delayMs, bytesPerSecond } = options
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-stage-'))
  const [home, temp] = [path.join(folder, 'home'), path.join(folder, 'runner-temp')]
  mkdirSync(home)
  mkdirSync(temp)
  if (engine.pluginsDir !== null) {
    mkdirSync(path.join(home, '.docker'))
    symlinkSync(engine.pluginsDir, path.join(home, '.docker', 'cli-plugins'))
  }
  const ecr = await startLocalEcr({
    registryBinary: options.registryBinary,
    dataDir: path.join(folder, 'registry'),
    mode: options.names === null ? 'localhost' : 'tls',
    ...(options.names === null ? {} : { names: options.names }),
    ...(options.rates === undefined ? {} : { rates: options.rates }),
    ...(options.regions === undefined ? {} : { regions: options.regions }),
    ...(delayMs === undefined && bytesPerSecond === undefined
      ? {}
      : { relay: { delayMs: delayMs ?? 0, ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }) } }),
  })
  try {
    const baseImage = await seedBaseImage(ecr.store, ACCOUNT, REGION, options.busyboxRoot)
    const env = {
      PATH: process.env['PATH'] ?? '',
      ...engine.env,
      HOME: home,
      LANG: 'C.UTF-8',
      // No identity of the machine: only loopback is spoken to.
      AWS_EC2_METADATA_DISABLED: 'true',
      ...ecr.env({ account: ACCOUNT, region: REGION }),
      ...options.variables,
    }
    const step = (inputs: Readonly<Record<string, string>>, more: Partial<Step> = {}): Step => ({
      workspace: folder,
      temp,
      ...more,
      with: inputs,
      env: { ...env, ...options.stepVariables, ...more.env },
    })
    return {
      ecr,
      baseImage,
      folder,
      home,
      temp,
      env,
      step,
      main: (inputs, more) => runMain(step(inputs, more)),
      post: (result, more) => runPost(step({}, more), result),
      async close() {
        await ecr.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await ecr.stop()
    throw error
  }
}
