import {
  bounded,
  expandVariables,
  NOT_KNOWN,
  pairsOf,
  readPair,
  type Stage,
  type Step,
  type Values,
  variablesIn,
} from '../syntax/dockerfile-stages.ts'
import { ScopedMap } from '../syntax/scoped-map.ts'
import { expandedInShell, isSetInShell } from './shell-variables.ts'

/** Instructions in which a variable stands for its value, and RUN, whose shell has it. */
const WITH_VARIABLES = /^(?:ADD|ARG|COPY|ENV|EXPOSE|LABEL|RUN|STOPSIGNAL|USER|VOLUME|WORKDIR)$/

const REDECLARED = 'an ARG that is declared again without a value'

const UNDECLARED = 'a build argument without an ARG'
const SAME_ARG = 'set in the same ARG'

/** https://docs.docker.com/reference/dockerfile/#predefined-args */
const PROXY_NAME = /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|(?:http|https|ftp|no|all)_proxy)$/

/** What the legacy builder knows in a stage. */
interface Scope {
  /** What ENV has set, in the stages that it is based on too: an ARG does not change it. */
  readonly environment: ScopedMap<string>
  /** Of the stage alone. */
  readonly args: Map<string, string>
  /** Names of the stage's own ARGs, with and without a value. */
  readonly declared: Set<string>
}

/**
 * Finds the variables that have another value in the legacy builder than in BuildKit where they are used. Seen with
 * Docker 26.1, where it built another image without a word:
 *
 * - An ARG of a stage is unset in the stages based on it. https://docs.docker.com/build/building/variables/#scoping
 * - An ARG without a value unsets one that had a value before; for BuildKit it changes nothing.
 * - An ARG does not change what an ENV has set; for BuildKit the later one counts, in that stage.
 * - The values of one ARG instruction are all expanded with what was known before it; BuildKit sets one after the other.
 * - A proxy among the build arguments has its value everywhere; for BuildKit only in RUN, unless an ARG declares it.
 *
 * https://github.com/moby/moby/blob/v28.5.2/builder/dockerfile/buildargs.go,
 * https://github.com/moby/buildkit/blob/v0.25.1/frontend/dockerfile/dockerfile2llb/convert.go (dispatchArg)
 */
export class LegacyVariables {
  private readonly stages = new Map<Stage, Scope>()
  private readonly globals = new Map<string, string>()
  private globalsOfBuildKit: Values = new Map<string, string>()
  private readonly given: ReadonlyMap<string, string | null>
  /** Proxies that are given, which need no ARG. */
  private readonly proxies = new Map<string, string>()

  /** @param buildArgs `KEY=value`, or `KEY` for a value that is not known */
  constructor(buildArgs: readonly string[]) {
    this.given = new Map(buildArgs.map(readPair))
    for (const [name, value] of this.given)
      if (PROXY_NAME.test(name)) this.proxies.set(name, value ?? NOT_KNOWN + name)
  }

  /** @returns what differs in this step, which is the next one: such as `$V, an ARG with the name of an ENV` */
  next(step: Step): string[] {
    const { keyword, words, flags, isTrigger } = step.instruction
    if (isTrigger) return []
    if (step.stage === null || keyword === 'FROM') this.globalsOfBuildKit = step.values
    if (keyword === 'FROM') {
      const text = [...flags, words[0]].join(' ')
      return variables(text)
        .filter((name) => differ(name, text, step.values, this.valuesIn(null)))
        .map((name) => `$${name}, ${this.proxies.has(name) ? UNDECLARED : REDECLARED}`)
    }
    const scope = step.stage === null ? null : this.scopeOf(step.stage)
    if (keyword === 'ARG') return this.define(words, step.values, scope)
    if (scope === null || !WITH_VARIABLES.test(keyword)) return []
    const text = [...(/^(?:ADD|COPY)$/.test(keyword) ? flags : []), ...words].join(' ')
    const values = this.valuesIn(scope)
    // In RUN, BuildKit has the given proxies, whatever ENV says.
    const buildkit = (name: string) => (keyword === 'RUN' ? this.proxies.get(name) : undefined)
    const wrong = variables(keyword === 'RUN' ? expandedInShell(text) : text)
      .filter((name) => differ(name, text, { get: () => buildkit(name) ?? step.values.get(name) }, values))
      .filter((name) => keyword !== 'RUN' || !isSetInShell(name, text))
    if (keyword === 'ENV') {
      // What is told once is not told again of all that follows from it.
      const known = wrong.length > 0 ? step.values : values
      const pairs = pairsOf(words).map(([name, value]) => [name, expandVariables(value, known)] as const)
      for (const [name, value] of pairs) scope.environment.set(name, bounded(name, value))
    }
    return wrong.map((name) => `$${name}, ${this.reason(name, scope)}`)
  }

  /** Whether ENV has set the variable, which overrides an ARG of that name. */
  isEnvironment(stage: Stage | null, name: string): boolean {
    return stage !== null && this.scopeOf(stage).environment.has(name)
  }

  private define(words: readonly string[], buildkit: Values, scope: Scope | null): string[] {
    const legacy = this.valuesIn(scope)
    /** What this instruction has set, for BuildKit. */
    const own = new Map<string, string>()
    const now: Values = { get: (name) => own.get(name) ?? buildkit.get(name) }
    const wrong: string[] = []
    const set: [string, string | undefined][] = []
    for (const [name, text] of words.map(readPair)) {
      const given = this.given.get(name)
      if (given !== undefined) {
        own.set(name, given ?? NOT_KNOWN + name)
        set.push([name, given ?? NOT_KNOWN + name])
      } else if (text === null) {
        const global = scope === null ? undefined : this.globalsOfBuildKit.get(name)
        if (global !== undefined) own.set(name, global)
        set.push([name, scope === null ? undefined : this.globals.get(name)])
      } else {
        const other = variables(text).filter((one) => differ(one, text, now, legacy))
        const value = bounded(name, expandVariables(text, now))
        for (const one of other) wrong.push(`$${one}, ${own.has(one) ? SAME_ARG : this.reason(one, scope)}`)
        own.set(name, value)
        set.push([name, other.length > 0 ? value : bounded(name, expandVariables(text, legacy))])
      }
    }
    for (const [name, value] of set) {
      const args = scope?.args ?? this.globals
      if (value === undefined) args.delete(name)
      else args.set(name, value)
      scope?.declared.add(name)
    }
    return wrong
  }

  private scopeOf(stage: Stage): Scope {
    const known = this.stages.get(stage)
    if (known !== undefined) return known
    const parent = stage.parent === null ? null : this.scopeOf(stage.parent)
    const environment = new ScopedMap(parent?.environment)
    for (const [name, value] of (stage.inherited?.environment ?? []).map(readPair))
      environment.set(name, bounded(name, value ?? ''))
    const scope = { environment, args: new Map<string, string>(), declared: new Set<string>() }
    this.stages.set(stage, scope)
    return scope
  }

  /** @param scope null in front of the first FROM */
  private valuesIn(scope: Scope | null): Values {
    const args = scope?.args ?? this.globals
    return { get: (name) => scope?.environment.get(name) ?? args.get(name) ?? this.proxies.get(name) }
  }

  private reason(name: string, scope: Scope | null): string {
    if (scope?.environment.has(name)) return 'an ARG with the name of an ENV'
    if (scope?.declared.has(name)) return REDECLARED
    if (this.proxies.has(name)) return UNDECLARED
    return scope === null ? SAME_ARG : 'an ARG of the stage that this one is based on'
  }
}

function variables(text: string): string[] {
  return [...new Set(variablesIn(text))]
}

/** An empty value is as good as none, unless the text asks which of the two it is: `${V-unset}`. */
function differ(name: string, text: string, one: Values, other: Values): boolean {
  const [a, b] = [one.get(name), other.get(name)]
  if (a === b) return false
  return (a ?? '') !== (b ?? '') || new RegExp(`\\$\\{${name}[-+?]`).test(text)
}
