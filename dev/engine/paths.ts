import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this checkout. */
export const checkout = realpathSync(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** The checkout's own ignored folder: whatever is fetched or stored lies in it. */
export const local = join(checkout, '.local')
