const SPECIFIER = /^[A-Za-z0-9][\w.-]*(?:\([\w.+-]*\))?(?:\/[\w.-]+){0,2}$/

/** What may stand alone: the rest is the builder's own. `local` is buildx's word for all of it. */
const SYSTEMS =
  'aix android darwin dragonfly freebsd hurd illumos ios js linux local macos nacl netbsd openbsd plan9 solaris wasip1 windows zos'
const ARCHITECTURES =
  '386 aarch64 amd64 amd64p32 arm arm64 arm64be armbe armel armhf i386 loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm x86-64 x86_64'
const ALONE = new Set(`${SYSTEMS} ${ARCHITECTURES}`.split(' '))

/**
 * Whether docker reads a text as a platform. Of a pair it knows the form only; a word alone must be one that it knows.
 * https://github.com/containerd/platforms/blob/main/platforms.go (Parse)
 */
export function isPlatformSpecifier(text: string): boolean {
  if (!SPECIFIER.test(text)) return false
  return text.includes('/') || ALONE.has(text.replace(/\(.*/, '').toLowerCase())
}
