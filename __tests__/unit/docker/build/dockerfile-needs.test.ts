import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  unknownToLegacyBuilder,
  unknownToOldBuildKit,
} from '../../../../src/docker/build/dockerfile-needs.ts'
import { parseDockerfile } from '../../../../src/docker/syntax/dockerfile.ts'

const legacy = (text: string, args: readonly string[] = [], target: string | null = null) =>
  unknownToLegacyBuilder(parseDockerfile(text), args, target)
const oldBuildKit = (text: string, args: readonly string[] = [], target: string | null = null) =>
  unknownToOldBuildKit(parseDockerfile(text), args, target)

// Each was run by the legacy builder of Docker 26.1 and of 28.5: what it ignores is marked, the rest it refuses.
describe('the legacy builder does not know', () => {
  test.each([
    ['RUN <<EOF\necho ran > /out\nEOF', 'RUN with a heredoc'], // ignored: nothing runs
    ['ONBUILD RUN <<EOF\necho\nEOF', 'RUN with a heredoc'], // ignored
    ['COPY f <<EOF /dst/\ntext\nEOF', 'COPY with a heredoc'], // ignored: f alone
    ['ADD <<EOF /out\ntext\nEOF', 'ADD with a heredoc'],
    ['ADD --checksum=sha256:0 https://example.com/a /a', 'ADD --checksum'], // ignored
    ['ADD --keep-git-dir=true f /out', 'ADD --keep-git-dir'], // ignored
    ['ADD --unpack=true f /out', 'ADD --unpack'], // ignored by 28.5
    ['ADD --exclude=x . /out', 'ADD --exclude'], // ignored by 28.5
    ['COPY --exclude=x . /out', 'COPY --exclude'], // ignored by 28.5
    ['COPY --link f /out', 'COPY --link'], // ignored
    ['COPY --parents a/b /out', 'COPY --parents'],
    ['COPY --chmod=777 f /out', 'COPY --chmod'],
    ['RUN --mount=type=cache,target=/c make', 'RUN --mount'],
    ['RUN --network=none make', 'RUN --network'],
    ['RUN --security=insecure make', 'RUN --security'],
    ['RUN --device=x make', 'RUN --device'],
    ['ADD https://github.com/a/b.git /b', 'ADD of a Git repository'], // ignored: the page is added
    ['ADD https://example.com/b.git#v1:sub /b', 'ADD of a Git repository'], // ignored
    ['ADD ["https://example.com/b.git?ref=v1", "/b"]', 'ADD of a Git repository'], // ignored
    ['ADD git@github.com:a/b.git /b', 'ADD of a Git repository'],
    ['ADD --chown=1:1 a.tar.gz /b/', 'ADD --chown of an archive'], // ignored by 28.5 for what is in it
    ['ADD --chown=1 ["f", "a.TGZ", "/b/"]', 'ADD --chown of an archive'],
    ['ARG TARGETPLATFORM', 'ARG TARGETPLATFORM'], // ignored: empty
    ['ARG A=1 BUILDARCH', 'ARG BUILDARCH'], // ignored: empty
    ['FROM --platform=$BUILDPLATFORM busybox', 'FROM with $BUILDPLATFORM'],
    ['FROM base-$TARGETARCH', 'FROM with $TARGETARCH'],
  ])('%j', (text, what) => {
    expect(legacy(`FROM busybox\n${text}\nRUN last`)).toEqual([`${what} (line 2)`])
  })

  test.each([
    ['# syntax=example/frontend:1', '# syntax=example/frontend:1'], // ignored
    ['# check=skip=all;error=true', '# check=error=true'], // ignored
    ['# check=error=1', '# check=error=true'], // ignored
  ])('%j', (text, what) => {
    expect(legacy(`${text}\nFROM busybox`)).toEqual([`${what} (line 1)`])
  })

  test('each once, with its lines', () => {
    expect(legacy('FROM a\nCOPY --link b c\nRUN --mount=type=ssh x\nCOPY --link --chmod=1 d e')).toEqual([
      'COPY --link (lines 2, 4)',
      'RUN --mount (line 3)',
      'COPY --chmod (line 4)',
    ])
  })
})

describe('the legacy builder knows', () => {
  test.each([
    '# syntax=docker/dockerfile:1.7-labs\nFROM busybox',
    '# check=skip=all\nFROM busybox',
    '# check=error=0\nFROM busybox',
    // What follows a name that docker does not know is a comment.
    '# maintainer=a\n# syntax=example/frontend:1\nFROM busybox',
    // A folder, as github.com/… stands for a repository only as a context.
    'FROM busybox\nADD github.com/a /x/\nADD f github.com/acme/lib/\nADD f /src/lib.git',
    // No builder knows an option of these.
    'FROM busybox\nCMD --verbose\nENTRYPOINT --x',
    'FROM busybox\nENV TARGETARCH=z\nARG TARGETARCH',
    'FROM x-\\$TARGETARCH',
    '# escape=`\nFROM --platform=linux/amd64 busybox AS build\nRUN a `\n  --mount',
    'ARG BUILDPLATFORM=linux/amd64\nFROM --platform=$BUILDPLATFORM busybox',
    'FROM busybox\nARG TARGETARCH=amd64',
    'FROM busybox\nADD a.tar /b/\nADD --chown=1 a.tar.d https://example.com/a.tar /b/\nCOPY --chown=1 a.tar /b/',
    'FROM busybox\nCOPY --from=0 --chown=1:1 a b\nADD --chown=1 https://example.com/x.git.tar /x',
    // Kept as a text, which the build on this image carries out.
    'FROM busybox\nONBUILD COPY --link a b\nONBUILD RUN --mount=type=ssh x\nONBUILD ARG TARGETARCH\nONBUILD ADD https://h/y.git /x',
    'FROM busybox\nHEALTHCHECK --interval=1s --start-interval=1s CMD --mount',
    'FROM busybox\nRUN echo $((1<<2)) "<<EOF" --mount=x $TARGETARCH',
    'FROM busybox\n# COPY --link a b\nCMD ["--link", "<<EOF"]',
  ])('%j', (text) => {
    expect(legacy(text)).toEqual([])
  })

  test('automatic arguments that the build gives', () => {
    const text = 'ARG TARGETARCH\nFROM base-$TARGETARCH\nARG TARGETARCH'
    expect(legacy(text)).toEqual(['ARG TARGETARCH (lines 1, 3)', 'FROM with $TARGETARCH (line 2)'])
    expect(legacy(text, ['TARGETARCH=amd64'])).toEqual([])
    // It is declared nowhere before FROM: there the legacy builder does not give it.
    expect(legacy('FROM base-$TARGETARCH', ['TARGETARCH=amd64'])).toEqual(['FROM with $TARGETARCH (line 1)'])
  })
})

const GIT = 'ADD of a Git repository'
describe('ADD of a Git repository is found by its sources', () => {
  test.each<[string, readonly string[], boolean]>([
    ['ADD ["https://h/y.git","/x/"]', [], true],
    ['ADD ["f","https://h/y.git","/x/"]', [], true],
    ['ADD --chown=1 [ "f" , "https://h/y.git" , "/x/" ]', [], true],
    ['ADD ["f","https://h/y.git"]', [], false],
    ['ADD "https://h/y.git" /x/', [], true],
    ['ARG R=https://h/y.git\nADD $R /x/', [], true],
    [`ARG R="https://h/y.git"\nADD ["\${R}","/x/"]`, [], true],
    [`ARG R=https://h/y\nADD \${R}.git /x/`, [], true],
    ['ENV R https://h/y.git\nADD $R /x/', [], true],
    ['ENV A=1 R=https://h/y.git\nADD $R /x/', [], true],
    ['ARG R\nADD $R /x/', ['R=https://h/y.git'], true],
    ['ARG R=f\nADD $R /x/', ['R=https://h/y.git'], true],
    ['ARG R=https://h/y.git\nADD $R /x/', ['R=f'], false],
    ['ARG R\nADD $R /x/', [], false],
    ['ADD $R /x/', ['R=https://h/y.git'], false],
    [`ADD \${R:-https://h/y.git} /x/`, [], true],
    [`ARG R=f\nADD \${R:+https://h/y.git} /x/`, [], true],
    ['ARG H=https://h\nARG R=$H/y.git\nADD $R /x/', [], true],
    ['ARG R=https://h/y.git\nADD \\$R /x/', [], false],
    ['ONBUILD ADD https://h/y.git /x/', [], false],
  ])('%j with %j: %j', (text, args, found) => {
    const source = `FROM busybox\n${text}`
    const line = source.split('\n').findIndex((one) => one.includes('ADD')) + 1
    expect(legacy(source, args)).toEqual(found ? [`${GIT} (line ${line})`] : [])
    expect(oldBuildKit(source, args)).toEqual(found ? [`${GIT} (line ${line})`] : [])
  })

  test('also with a global argument, and one of the stage that this one is based on', () => {
    const global = 'ARG R=https://h/y.git\nFROM a\nADD $R /x/\nARG R\nADD $R /x/'
    expect(legacy(global)).toEqual([`${GIT} (line 5)`])
    const inherited = 'FROM a AS B\nARG R=https://h/y.git\nFROM b\nADD $R /x/'
    expect(oldBuildKit(inherited)).toEqual([`${GIT} (line 4)`])
  })

  test('values that double with each line end', () => {
    const lines = Array.from({ length: 60 }, (_, at) => `ARG A${at + 1}=$A${at}$A${at}`)
    expect(legacy(['FROM a', 'ARG A0=x', ...lines, 'ADD $A60 /x/'].join('\n'))).toEqual([])
  })
})

// Each was built by the legacy builder of Docker 26.1 without an error, to another image than BuildKit's.
describe('the legacy builder carries out otherwise', () => {
  const ofParent = (name: string) => `$${name}, an ARG of the stage that this one is based on`
  test.each<[string, string[]]>([
    ...['b', 'B', '0'].map((from): [string, string[]] => [
      `FROM a AS b\nRUN setcap cap_net_bind_service=+ep /s\nFROM x\nCOPY --from=${from} /s /s`,
      ['COPY --from a stage with setcap (line 4)'],
    ]),
    [
      'FROM a AS b\nRUN ["setcap", "-r", "/s"]\nFROM b AS c\nFROM x\nCOPY --chown=1 --from=c /s /s',
      ['COPY --from a stage with setcap (line 5)'],
    ],
    [
      'FROM a AS b\nRUN x\nFROM x\nRUN setcap x /s\nCOPY --from=b /s /s\nCOPY --from=other /s /s\nCOPY /s /',
      [],
    ],
    ...[
      'chmod u+s /s',
      'x && chmod -v -R 4755 /s',
      'chmod 02755 /s',
      'chmod g=rxs /s',
      'install -D -m 4755 a /s',
      'install --mode=u+s a /s',
    ].map((run): [string, string[]] => [
      `FROM a AS b\nRUN ${run}\nFROM x\nCOPY --from=b --chown=5:5 /s /s\nCOPY --from=b /s /t\nCOPY --chown=5 /s /`,
      ['COPY --from --chown of a stage with setuid (line 4)'],
    ]),
    ...[
      'chmod 755 /s && chmod 0755 /s',
      'chmod +x /2755',
      'apk add x 2755',
      'pip install a==2024.1 && y -m 4755',
      'chmod -R u+x /s',
    ].map((run): [string, string[]] => [
      `FROM a AS b\nRUN ${run}\nFROM x\nCOPY --from=b --chown=5 /s /s`,
      [],
    ]),
    ['FROM a\nVOLUME /data\nRUN echo hi > /data/x', ['RUN after VOLUME (line 3)']],
    ['FROM a AS b\nVOLUME ["/data"]\nFROM B\nRUN ./fill', ['RUN after VOLUME (line 4)']],
    ['FROM a AS b\nONBUILD VOLUME /d\nFROM b\nRUN ./fill', ['RUN after VOLUME (line 4)']],
    ['FROM a\nRUN x\nVOLUME /data\nCOPY f /data/\nCMD x', []],
    ['FROM a AS b\nVOLUME /data\nFROM a\nCOPY --from=b /x /x\nRUN x', []],
    ['FROM a\nVOLUME /data\nONBUILD RUN x', []],
    [`FROM a AS b\nARG V=1\nFROM b\nRUN echo "$V"\nCOPY f /o-\${V}`, [`${ofParent('V')} (lines 4, 5)`]],
    ['FROM a AS b\nARG V=1\nFROM b AS c\nFROM c\nLABEL v=$V', [`${ofParent('V')} (line 5)`]],
    ['ARG B=b\nFROM a AS b\nARG V=1\nFROM $B\nLABEL v=$V', [`${ofParent('V')} (line 5)`]],
    ['ARG V=1\nFROM a AS b\nARG V\nFROM b\nLABEL v=$V', [`${ofParent('V')} (line 5)`]],
    ['FROM a AS b\nARG V=1\nFROM b\nARG V=1\nRUN echo $V', []],
    ['ARG V=1\nFROM a AS b\nARG V=2\nFROM b\nARG V\nRUN echo $V', []],
    ['FROM a AS b\nARG V=1\nENV V=$V\nFROM b\nRUN echo $V', []],
    ['FROM a AS b\nARG V=1\nFROM b\nENV V=2\nRUN echo $V', []],
    ['FROM a AS b\nARG V=1\nFROM b\nRUN V=2; echo $V', []],
    ['FROM a AS b\nARG V=1\nFROM b\nRUN for V in a b; do echo $V; done', []],
    ['FROM a AS b\nARG V=1\nFROM b\nRUN echo \\$V $VV\nCMD echo $V', []],
    ['FROM a AS b\nARG V\nFROM b\nRUN echo $V', []],
    ['FROM a AS b\nARG V=1\nFROM a\nRUN echo $V', []],
    // Whether the folder is there is not known before the build.
    ['FROM a\nUSER 1000\nWORKDIR /w', []],
    ['FROM a AS b\nUSER app:app\nONBUILD WORKDIR /srv\nFROM b\nWORKDIR x', []],
    [`ARG S=\${TARGETARCH:+-$TARGETARCH}\nFROM base$S`, ['ARG S with $TARGETARCH (line 1)']],
    ['ARG TARGETARCH=arm\nARG S=$TARGETARCH\nFROM base-$S', []],
  ])('%j: %j', (text, found) => {
    expect(legacy(text)).toEqual(found)
  })

  const again = (name: string) => `$${name}, an ARG that is declared again without a value`
  const ofEnv = (name: string) => `$${name}, an ARG with the name of an ENV`
  const same = (name: string) => `$${name}, set in the same ARG`
  test.each<[string, string[]]>([
    ['FROM a AS b\nARG V=1\nFROM b\nARG V\nRUN echo $V', [`${again('V')} (line 5)`]],
    ['FROM a\nARG V=1\nARG V\nLABEL v=$V', [`${again('V')} (line 4)`]],
    ['FROM a AS b\nONBUILD ARG V=1\nFROM b AS c\nFROM c\nLABEL v=$V', [`${ofParent('V')} (line 5)`]],
    ['FROM a AS b\nARG U=1000\nFROM b\nCOPY --chown=$U f /o', [`${ofParent('U')} (line 4)`]],
    [`FROM a AS b\nARG U=1000\nFROM b\nADD --chown=\${U}:$U f /o`, [`${ofParent('U')} (line 4)`]],
    ['FROM a AS b\nARG U=app\nFROM b\nUSER $U', [`${ofParent('U')} (line 4)`]],
    // What follows from it is told once.
    [`FROM a AS b\nARG V=1\nFROM b\nENV W=\${V:-x}\nLABEL v=$W`, [`${ofParent('V')} (line 4)`]],
    ['FROM a AS b\nARG V=1\nFROM b\nARG W=$V\nLABEL v=$W', [`${ofParent('V')} (line 4)`]],
    ['FROM a\nENV V=1\nARG V=2\nRUN echo $V', [`${ofEnv('V')} (line 4)`]],
    ['FROM a AS b\nENV V=1\nFROM b\nARG V=2\nLABEL v=$V', [`${ofEnv('V')} (line 5)`]],
    ['ARG V=5\nFROM a\nENV V=1\nARG V\nLABEL v=$V', [`${ofEnv('V')} (line 5)`]],
    ['FROM a\nENV V=\nARG V=2\nLABEL v=$V', [`${ofEnv('V')} (line 4)`]],
    ['FROM a\nENV U=1000\nARG U=1001\nCOPY --chown=$U f /o', [`${ofEnv('U')} (line 4)`]],
    ['FROM a\nENV D=/a\nARG D=/b\nWORKDIR $D', [`${ofEnv('D')} (line 4)`]],
    ['FROM a\nENV R=f\nARG R=https://h/y.git\nADD $R /x/', [`${GIT} (line 4)`, `${ofEnv('R')} (line 4)`]],
    ['FROM a\nENV V=1\nARG V\nLABEL v=$V', []],
    ['FROM a\nENV V=1\nARG V=1\nLABEL v=$V', []],
    ['FROM a\nENV V=1\nARG V=2\nENV V=3\nLABEL v=$V', []],
    ['FROM a\nARG V=2\nENV V=1\nLABEL v=$V', []],
    // The image of the other stage has what ENV has set.
    ['FROM a AS b\nENV V=1\nARG V=2\nFROM b\nLABEL v=$V', []],
    ['FROM a AS b\nARG V=2\nENV V=1\nFROM b\nLABEL v=$V', []],
    ['ARG A=1\nARG A\nFROM a\nARG A\nLABEL v=$A', [`${again('A')} (line 5)`]],
    ['ARG A=-x\nARG A\nFROM a$A', [`${again('A')} (line 3)`]],
    ['ARG A=-x\nARG A=-y\nFROM a$A\nARG A\nLABEL v=$A', []],
    ['ARG A\nARG A=-y\nFROM a$A', []],
    ['FROM a\nARG A=1 B=$A\nLABEL v=$B', [`${same('A')} (line 2)`]],
    ['ARG A=x B=$A\nFROM $B', [`${same('A')} (line 1)`]],
    ['ARG A=y\nARG A=x B=$A\nFROM $B', [`${same('A')} (line 2)`]],
    ['FROM a\nARG A=1\nARG B=$A C=$A\nLABEL v=$B$C', []],
    ['FROM a\nENV A=1\nENV A=2 B=$A C=$B\nLABEL v=$A$B$C', []],
    ['FROM a AS b\nARG V=\nFROM b\nLABEL v=$V', []],
    [`FROM a AS b\nARG V=\nFROM b\nLABEL v=\${V+set}`, [`${ofParent('V')} (line 4)`]],
  ])('%j: %j', (text, found) => {
    expect(legacy(text)).toEqual(found)
  })

  test.each<[string, boolean]>([
    ['V=$V make', true],
    ['export V=$V && make', true],
    ['V=2 echo $V', true],
    ['V=2 sh -c "echo $V"', true],
    ["sh -c 'echo $V'", true],
    ['echo $V; V=2', true],
    ['V=2 true; echo $V', true],
    ['make V=2 && echo $V', true],
    ['V=$(x; y $V) && echo $V', true],
    ['for V in $V; do echo $V; done', true],
    [`VV=2; echo \${V}`, true],
    ['["sh","-c","echo $V"]', true],
    ["V=2 sh -c 'echo $V'", false],
    ['export V=2 && echo $V', false],
    ['V="a; b"; echo $V', false],
    ['V=$(git describe | tail -1) && echo $V', false],
    ['x | while read -r a V; do echo $V; done', false],
    ['["sh","-c","V=2; echo $V"]', false],
  ])('an ARG of the other stage in RUN %s: %j', (command, found) => {
    const text = `FROM a AS b\nARG V=1\nFROM b\nRUN ${command}`
    expect(legacy(text)).toEqual(found ? [`${ofParent('V')} (line 4)`] : [])
  })

  test.each<[string, string[]]>([
    ['FROM a\nCOPY f.json /app/.', ['COPY to a folder as /. (line 2)']],
    ['FROM a\nCOPY ["f", "/app/."]', ['COPY to a folder as /. (line 2)']],
    ['FROM a\nENV D=/usr/src/app\nADD "f" $D/.', ['ADD to a folder as /. (line 3)']],
    ['FROM a AS b\nFROM a\nWORKDIR /w\nCOPY f x/.', ['COPY to a folder as /. (line 4)']],
    ['FROM a AS b\nFROM a\nCOPY --from=b f /x/.', []],
    ['FROM a\nCOPY f /etc/.\nCOPY f /usr/local/bin/.\nCOPY f /.\nCOPY f .\nCOPY f ./', []],
    ['FROM a\nCOPY . /app/.\nCOPY d/ /b/.\nCOPY f g /c/.\nCOPY f /d/', []],
    ['FROM a\nWORKDIR /app\nCOPY f /app/.\nCOPY f ./.', []],
    ['FROM a AS b\nRUN mkdir -p /app/x\nFROM b\nCOPY f /app/.\nCOPY f /app/x/.', []],
  ])('a file that is copied into a folder, %j: %j', (text, found) => {
    const context = mkdtempSync(path.join(os.tmpdir(), 'dockerfile-needs-'))
    for (const name of ['f', 'f.json']) writeFileSync(path.join(context, name), '')
    try {
      expect(unknownToLegacyBuilder(parseDockerfile(text), [], null, new Map(), context)).toEqual(found)
    } finally {
      rmSync(context, { recursive: true })
    }
  })

  test.each<[string, string[]]>([
    ['FROM a\nLABEL p=$HTTP_PROXY', ['$HTTP_PROXY, a build argument without an ARG (line 2)']],
    [`FROM a\nENV p=\${https_proxy:-none}`, ['$https_proxy, a build argument without an ARG (line 2)']],
    ['FROM a\nARG P=$HTTP_PROXY\nLABEL p=$P', ['$HTTP_PROXY, a build argument without an ARG (line 2)']],
    ['FROM a\nRUN curl --proxy $HTTP_PROXY https://h', []],
    ['FROM a\nARG HTTP_PROXY\nLABEL p=$HTTP_PROXY', []],
    ['FROM a AS b\nARG HTTP_PROXY\nFROM b\nLABEL p=$HTTP_PROXY\nRUN echo $HTTP_PROXY', []],
    ['FROM a\nENV HTTP_PROXY=http://q\nLABEL p=$HTTP_PROXY', []],
    ['FROM a\nENV HTTP_PROXY=http://q\nRUN echo $HTTP_PROXY', [`${ofEnv('HTTP_PROXY')} (line 3)`]],
    ['FROM a\nENV HTTP_PROXY=http://p\nRUN echo $HTTP_PROXY', []],
    ['ARG P=$HTTP_PROXY\nFROM a\nLABEL a=1', ['$HTTP_PROXY, a build argument without an ARG (line 1)']],
    ['FROM a$HTTP_PROXY', ['$HTTP_PROXY, a build argument without an ARG (line 1)']],
    [
      'FROM a AS b\nONBUILD ENV p=$HTTP_PROXY\nFROM b',
      ['$HTTP_PROXY, a build argument without an ARG (line 2)'],
    ],
    ['FROM a\nLABEL p=$NO_PROXY q=$PROXY', []],
  ])('a proxy among the build arguments, %j: %j', (text, found) => {
    expect(legacy(text, ['HTTP_PROXY=http://p', 'https_proxy', 'PROXY=x'])).toEqual(found)
    expect(legacy(text)).toEqual([])
  })

  test('an argument that the build gives', () => {
    const text = 'FROM a AS b\nARG V\nFROM b\nRUN echo $V'
    expect(legacy(text, ['V=1'])).toEqual([`${ofParent('V')} (line 4)`])
    expect(legacy(text, ['V'])).toEqual([`${ofParent('V')} (line 4)`])
    expect(legacy('ARG S=$TARGETARCH\nFROM base$S', ['S=x'])).toEqual([])
    const declared = 'FROM a AS b\nARG V=1\nFROM b\nARG V\nLABEL v=$V'
    expect(legacy(declared, ['V=7'])).toEqual([])
    expect(legacy(declared, ['V'])).toEqual([])
    const environment = 'FROM a\nENV V=1\nARG V\nLABEL v=$V'
    expect(legacy(environment, ['V=3'])).toEqual([`${ofEnv('V')} (line 4)`])
    expect(legacy(environment, ['V=1'])).toEqual([])
    expect(legacy('FROM a AS b\nARG V=1\nFROM b\nARG W=$V\nLABEL w=$W', ['W=2'])).toEqual([])
  })
})

test('a trigger is carried out in the stage that is based on it', () => {
  const text =
    'FROM a AS b\nONBUILD COPY --link a b\nONBUILD ADD https://h/y.git /x\nONBUILD ARG TARGETARCH\nFROM b'
  expect(legacy(text)).toEqual(['COPY --link (line 2)', `${GIT} (line 3)`, 'ARG TARGETARCH (line 4)'])
  expect(oldBuildKit(text)).toEqual([`${GIT} (line 3)`])
})

test('a shebang hides no grammar, and no escape character comes behind it', () => {
  expect(legacy('#!/usr/bin/env x\n# syntax=example/frontend:1\nFROM a')).toEqual([
    '# syntax=example/frontend:1 (line 2)',
  ])
  expect(legacy('#!/x\n# check=error=true\nFROM a')).toEqual(['# check=error=true (line 2)'])
  expect(legacy('#!/x\n# escape=`\nFROM a\nCOPY \\\n--link a b')).toEqual(['COPY --link (line 4)'])
})

test.each(['prod', 'PROD', '0'])('stages behind the target are not built: %s', (target) => {
  const text = 'FROM a AS prod\nFROM prod AS test\nRUN --mount=type=ssh x\nADD https://h/y.git /x'
  expect(legacy(text, [], target)).toEqual([])
  expect(oldBuildKit(text, [], target)).toEqual([])
  expect(legacy(text, [], 'test')).toEqual(['RUN --mount (line 3)', `${GIT} (line 4)`])
})

test('2,000 stages, each based on the one before, are read in time', () => {
  const body =
    'ARG A#=1\nENV E#=$A#\nRUN echo $A0 $E#\nCOPY a# /b#\nUSER app\nWORKDIR /w#\nONBUILD RUN echo hi'
  const stages = Array.from({ length: 2000 }, (_, at) =>
    `FROM s${at} AS s${at + 1}\n${body}`.replaceAll('#', `${at}`),
  )
  const text = ['FROM busybox AS s0', ...stages].join('\n')
  const before = process.cpuUsage()
  legacy(text)
  const { user, system } = process.cpuUsage(before)
  // It takes less than a second; with a copy of each stage for the next one, some ten.
  expect((user + system) / 1e6).toBeLessThan(4)
})

test('an old BuildKit takes no grammar of a comment', () => {
  const text = '# maintainer=a\n# syntax=docker/dockerfile:1\nFROM a\nADD https://h/y.git /x'
  expect(oldBuildKit(text)).toEqual([`${GIT} (line 4)`])
})

test('an old BuildKit adds the page of a Git repository, unless the Dockerfile brings its grammar', () => {
  const text = 'FROM a\nADD https://example.com/b.git /b\nCOPY --link a b'
  expect(oldBuildKit(text)).toEqual(['ADD of a Git repository (line 2)'])
  expect(oldBuildKit(`# syntax=docker/dockerfile:1\n${text}`)).toEqual([])
})
