import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = realpathSync(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** The checkout's own ignored folder: whatever is fetched or stored lies in it. */
export const local = join(checkout, '.local')

/** A short name for this checkout, by which two clones on one machine keep apart. */
export const checkoutId = createHash('sha256').update(checkout).digest('hex').slice(0, 8)

/**
 * Where a running engine has its sockets. Not in the checkout, whose path may be too long for a
 * unix socket (108 characters); only root starts engines, and only root can write here.
 */
export const runFolder = `/run/ecr-build-push-${checkoutId}`
