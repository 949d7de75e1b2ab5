import { CommandError } from '../command/errors.ts'

/** One entry of a machine's apt sources: the text that is kept, and what an entry can be chosen by. */
interface Entry {
  readonly uris: string
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** The entry in apt's deb822 form, for another suite. */
  readonly withSuite: (suite: string) => string
}

/**
 * Sources for another suite of the distribution that a machine runs, from the mirror that the machine
 * itself uses and trusts, with all of the entry's options (keys, proxies' mirror lists, dates).
 *
 * @param files what is in the machine's `*.sources` and `*.list` files
 * @param codename of the running release, as /etc/os-release has it
 * @param suite wanted: the codename itself, or another one
 * @returns a deb822 file
 * @throws CommandError if no source of the distribution itself is among them
 */
export function sourcesForSuite(
  files: readonly { readonly name: string; readonly text: string }[],
  codename: string,
  suite: string,
): string {
  const entries = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text),
  )
  const ofRelease = entries.filter(({ suites }) =>
    suites.some((one) => one === codename || /^(old)*stable$/.test(one)),
  )
  // Other vendors also name a suite after the release; only the distribution has `-updates` beside it.
  const updated = new Set(
    entries.filter(({ suites }) => suites.some((one) => one.endsWith('-updates'))).map(({ uris }) => uris),
  )
  const main = ofRelease.filter(({ components }) => components.includes('main'))
  const archive = main.find(({ uris }) => updated.has(uris)) ?? main[0]
  if (!archive) {
    throw new CommandError(
      `apt's sources on this machine have no entry for ${codename} main.`,
      'add one (https://wiki.debian.org/SourcesList), or install Docker.',
    )
  }
  return ofRelease
    .filter(({ uris }) => uris === archive.uris)
    .map((entry) => entry.withSuite(suite))
    .join('\n')
}

function parseDeb822(text: string): Entry[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '')
  return withoutComments.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = [...stanza.matchAll(/^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)/gm)].map((match) => ({
      name: (match[1] ?? '').toLowerCase(),
      text: match[0],
      value: (match[2] ?? '').trim(),
    }))
    const value = (name: string) => fields.find((field) => field.name === name)?.value ?? ''
    const enabled = !/^(no|false|off|0)$/i.test(value('enabled'))
    if (!enabled || !words(value('types')).includes('deb')) return []
    const kept = fields.filter(({ name }) => name !== 'types' && name !== 'suites').map((field) => field.text)
    return [
      {
        uris: words(value('uris')).join(' '),
        suites: words(value('suites')),
        components: words(value('components')),
        withSuite: (suite: string) => `Types: deb\nSuites: ${suite}\n${kept.join('\n')}\n`,
      },
    ]
  })
}

/** The options of a one-line entry whose name is another one in deb822 form. */
const optionNames: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
}

function parseOneLine(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line)
    if (!match) return []
    const [, options = '', uris = '', suite = '', components = ''] = match
    const fields = words(options).map((option) => {
      const [name = '', value = ''] = option.split('=', 2)
      return `${optionNames[name.toLowerCase()] ?? name}: ${value.replaceAll(',', ' ')}\n`
    })
    return [
      {
        uris,
        suites: [suite],
        components: words(components),
        withSuite: (other: string) =>
          `Types: deb\nSuites: ${other}\nURIs: ${uris}\nComponents: ${words(components).join(' ')}\n${fields.join('')}`,
      },
    ]
  })
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}
