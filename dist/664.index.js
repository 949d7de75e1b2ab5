export const id = 664;
export const ids = [664];
export const modules = {

/***/ 5664:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  prepareAfter: () => (/* binding */ prepareAfter)
});

// EXTERNAL MODULE: ./lib/report/summary.js
var summary = __webpack_require__(3394);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/ecr/scans.js
var scans = __webpack_require__(9260);
;// CONCATENATED MODULE: ./lib/after-push/polling.js
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 15_000;
/**
 * Asks again and again, with growing pauses, until there is an answer or the time is over; the last question is
 * asked when it is over.
 * @param ask what is asked; returns undefined where there is no answer yet
 * @returns the answer, or undefined where none came in time
 */
async function poll({ clock, sleep }, timeoutMs, ask) {
    const end = clock() + timeoutMs;
    for (let pause = FIRST_PAUSE;; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
        const answer = await ask();
        if (answer !== undefined)
            return answer;
        const left = end - clock();
        if (left <= 0)
            return undefined;
        await sleep(Math.min(pause, left));
    }
}

;// CONCATENATED MODULE: ./lib/after-push/scan.js


/** A scan that has begun by itself has been seen by then; after it, one is asked for. */
const GRACE = 15_000;
/**
 * An enhanced scan may be reported as ended before its findings are there; a clean image has none. Such an answer
 * counts once it has stayed the same for so long. https://github.com/aws/aws-sdk/issues/289
 */
const SETTLING = 30_000;
const ENDED_WELL = ['COMPLETE', 'ACTIVE'];
const UNDER_WAY = ['PENDING', 'IN_PROGRESS', 'SCAN_NOT_FOUND'];
/** The words that ECR has, besides those above. Any other one of the future is waited for, as long as time allows. */
const ENDED_BADLY = [
    'FAILED',
    'UNSUPPORTED_IMAGE',
    'FINDINGS_UNAVAILABLE',
    'LIMIT_EXCEEDED',
    'SCAN_ELIGIBILITY_EXPIRED',
    'IMAGE_ARCHIVED',
];
/**
 * Waits until the scans of an image have ended; of an index, those of its platforms' images. A scan that ended badly
 * ends the waiting: nothing can be said about the whole any more.
 * @returns what was seen last, also where the time was over
 * @throws ActionError where a call fails
 */
async function awaitScans(ask, world) {
    const { scans, repository, expectation } = ask;
    const wanted = await scans.images(repository, ask.image);
    if (wanted.length === 0) {
        throw new errors/* ActionError */.lZ(`The index ${repository.uri}@${ask.image.digest} names no image of a platform, so that ECR scans nothing of it.`, 'push at least one platform, or leave fail-on-severity out.');
    }
    const notes = expectation.because === null ? [] : [`the scans' configuration is not known: ${expectation.because}`];
    const starter = new Starter(ask, notes, world);
    const watched = wanted.map((image) => new Watched(image));
    const settled = await poll(world, ask.timeoutMs, async () => {
        await Promise.all(watched
            .filter((one) => one.seen.ended === 'not')
            .map(async (one) => {
            const answer = await scans.findings(repository, one.seen.digest);
            const news = one.see(answer, world.clock());
            if (news !== null)
                world.log(news);
            if (answer.status === 'SCAN_NOT_FOUND')
                await starter.consider(one.seen);
        }));
        const seen = watched.map((one) => one.seen);
        const over = seen.some(({ ended }) => ended === 'badly') || seen.every(({ ended }) => ended === 'well');
        return over ? seen : undefined;
    });
    return { images: settled ?? watched.map((one) => one.seen), type: expectation.type, notes };
}
/** An image whose scan is waited for. */
class Watched {
    seen;
    /** Since when the scan has been reported as ended, without any sign of its findings. */
    #hollowSince = null;
    constructor(image) {
        this.seen = {
            ...image,
            status: 'SCAN_NOT_FOUND',
            description: null,
            counts: {},
            findings: [],
            ended: 'not',
        };
    }
    /** @returns a line for the log, where there is something new to say */
    see(answer, now) {
        const before = this.seen;
        const { status, description, counts, findings } = answer;
        this.seen = { ...before, status, description, counts, findings, ended: this.#judge(answer, now) };
        if (before.status === status && before.ended === this.seen.ended)
            return null;
        return `Scan of ${nameOf(before)}: ${status}${description === null ? '' : ` (${description})`}`;
    }
    #judge({ status, hasFindings }, now) {
        if (ENDED_BADLY.includes(status))
            return 'badly';
        if (!ENDED_WELL.includes(status)) {
            this.#hollowSince = null;
            return 'not';
        }
        if (hasFindings)
            return 'well';
        this.#hollowSince ??= now;
        return now - this.#hollowSince >= SETTLING ? 'well' : 'not';
    }
}
/**
 * Starts the scans that do not come by themselves, and only those: the SDK takes ECR's refusal of a second scan for
 * throttling, and repeats the call for a long time.
 */
class Starter {
    #ask;
    #notes;
    #world;
    #since;
    #started = new Set();
    constructor(ask, notes, world) {
        this.#ask = ask;
        this.#notes = notes;
        this.#world = world;
        this.#since = world.clock();
    }
    /**
     * Starts the scan of an image of which ECR knows none: at once where nothing scans on push; else after a while,
     * since only what is new to a repository is scanned on push, and an image may be older than that setting.
     * @throws ActionError where ECR refuses what has to be started
     */
    async consider(image) {
        const { type, frequency } = this.#ask.expectation;
        if (type === 'ENHANCED' || this.#started.has(image.digest))
            return;
        if (type === 'BASIC' && frequency === 'MANUAL')
            return this.#start(image);
        if (this.#world.clock() - this.#since < GRACE)
            return;
        // A refusal is no failure yet: the scan may still come by itself.
        await this.#start(image).catch((error) => {
            this.#notes.push((0,errors/* explain */.WE)(error));
        });
    }
    async #start(image) {
        this.#started.add(image.digest);
        this.#world.log(`ECR knows of no scan of ${nameOf(image)}: starting one`);
        const said = await this.#ask.scans.start(this.#ask.repository, image.digest);
        if (said !== null)
            this.#notes.push(`ecr:StartImageScan was refused: ${said}`);
    }
}
/** `sha256:…`, with the platform where there are several. */
function nameOf({ digest, platform }) {
    return platform === null ? digest : `${digest} (${platform})`;
}
/** The one word for all images: what stands in the way, if anything does. */
function overallStatus(images) {
    const first = (ended) => images.find((image) => image.ended === ended)?.status;
    const open = images.filter(({ ended }) => ended === 'not').map(({ status }) => status);
    const worst = UNDER_WAY.toReversed().find((status) => open.includes(status));
    return (first('badly') ??
        worst ??
        open[0] ??
        images.find(({ status }) => status === 'ACTIVE')?.status ??
        'COMPLETE');
}

;// CONCATENATED MODULE: ./lib/after-push/gate.js



const DOCS = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide';
/** @throws ActionError where no scan can come: known before anything is built */
function refuseScansOff(expectation, repository) {
    if (expectation.type !== 'ENHANCED' || expectation.frequency !== 'MANUAL')
        return;
    throw new errors/* ActionError */.lZ(`Scans are off for ${repository.uri}: the registry uses enhanced scanning, and none of its rules names this repository, so that fail-on-severity would wait in vain.`, `add a rule with a filter that matches '${repository.name}' (aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules '[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"${repository.name}","filterType":"WILDCARD"}]}]', together with the rules that are there), or leave fail-on-severity out.`);
}
/** The counts of all images together. */
function sumCounts(images) {
    const sums = new Map();
    for (const { counts } of images) {
        for (const [severity, count] of Object.entries(counts))
            sums.set(severity, (sums.get(severity) ?? 0) + count);
    }
    return Object.fromEntries([...sums].sort(([one], [other]) => (0,scans/* rank */.T)(one) - (0,scans/* rank */.T)(other)));
}
/** Why the step fails, or null where it does not: a scan that did not end well, or findings at the threshold. */
function judge({ repository, digest, run, threshold, timeoutSeconds }) {
    const bad = run.images.find(({ ended }) => ended === 'badly');
    if (bad !== undefined) {
        const said = bad.description === null ? bad.status : `${bad.status}: ${bad.description}`;
        return new errors/* ActionError */.lZ(`ECR has no scan result for ${repository.uri}@${nameOf(bad)}: ${said}`, remedyFor(bad, run.type, repository));
    }
    const late = run.images.find(({ ended }) => ended === 'not');
    if (late !== undefined)
        return tooLate(late, run, repository, timeoutSeconds);
    const counts = Object.entries(sumCounts(run.images)).filter(([name]) => (0,scans/* rank */.T)(name) <= (0,scans/* rank */.T)(threshold));
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0)
        return null;
    const list = counts.map(([name, count]) => `${name} ${count}`).join(', ');
    const above = threshold === 'CRITICAL' ? 'CRITICAL severity' : `${threshold} severity or worse`;
    return new errors/* ActionError */.lZ(`ECR found ${total} ${total === 1 ? 'vulnerability' : 'vulnerabilities'} of ${above} in ${repository.uri}@${digest}: ${list}.`, 'update the packages that have a fixed version (the table in the log and in the job summary names them), build on a newer base image, or raise fail-on-severity. The image is in ECR already: do not deploy it.');
}
function tooLate(late, run, repository, seconds) {
    const seen = late.status === 'SCAN_NOT_FOUND'
        ? 'ECR knows of no scan of it'
        : `it is ${late.status}${late.description === null ? '' : ` (${late.description})`}`;
    const notes = run.notes.map((note) => `\nNote: ${note}`).join('');
    const remedy = late.status === 'SCAN_NOT_FOUND'
        ? `let the registry scan '${repository.name}' on push (aws ecr put-registry-scanning-configuration, ${DOCS}/image-scanning.html), or raise scan-timeout.`
        : 'raise scan-timeout, or look at the image in the ECR console.';
    return new errors/* ActionError */.lZ(`The scan of ${repository.uri}@${nameOf(late)} has not ended within scan-timeout (${seconds} s): ${seen}.${notes}`, remedy);
}
function remedyFor(scan, type, repository) {
    const unsupported = scan.status === 'UNSUPPORTED_IMAGE' || /UnsupportedImage/i.test(scan.description ?? '');
    if (unsupported) {
        return type === 'ENHANCED'
            ? `Amazon Inspector does not know this operating system or media type: build on a base that it knows (https://docs.aws.amazon.com/inspector/latest/user/supported.html), or leave fail-on-severity out for this image.`
            : `basic scanning reads the packages of some distributions only, and nothing of an image from scratch: build on a base that it knows (${DOCS}/image-scanning-basic.html), turn enhanced scanning on for '${repository.name}', or leave fail-on-severity out for this image.`;
    }
    return (Object.hasOwn(REMEDIES, scan.status) ? REMEDIES[scan.status] : undefined) ?? REMEDY_FAILED;
}
const REMEDY_FAILED = 'run the job again; ECR scans one image once in 24 hours (basic scanning), so that a new build may be needed.';
const REMEDIES = {
    FAILED: REMEDY_FAILED,
    FINDINGS_UNAVAILABLE: 'check in the Amazon Inspector console of this region that scanning of ECR is active for the account, and that nobody has turned it off for this repository.',
    LIMIT_EXCEEDED: 'a quota of scans is used up: raise it (Service Quotas, Amazon ECR or Amazon Inspector), or run the job again tomorrow.',
    SCAN_ELIGIBILITY_EXPIRED: "the image is older than Amazon Inspector's re-scan duration: lengthen that in its settings for ECR, or push the image anew.",
    IMAGE_ARCHIVED: 'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or push another one: what is archived is not scanned.',
};
/** The words that {@link judge} knows a remedy for; a test holds them against the SDK's. */
const EXPLAINED = ['UNSUPPORTED_IMAGE', ...Object.keys(REMEDIES)];
/** ECR's own severities and those that only Inspector has, the worst first. */
function severitiesIn(counts) {
    const foreign = Object.keys(counts).filter((name) => !scans/* SEVERITIES */.o.includes(name));
    return [...scans/* SEVERITIES */.o, ...foreign].filter((name) => (counts[name] ?? 0) > 0);
}

;// CONCATENATED MODULE: ./lib/after-push/replication.js


/** @throws ActionError where the registry copies nothing of this repository: known before anything is built */
function refuseNoDestination(destinations, repository) {
    if (destinations === null || destinations.length > 0)
        return;
    throw new errors/* ActionError */.lZ(`wait-for-replication is set, but the registry of ${repository.uri} replicates '${repository.name}' to nowhere: no replication rule matches it.`, 'add a rule to the registry (aws ecr put-replication-configuration, https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html), or leave wait-for-replication out.');
}
/**
 * Waits until the image is in every destination.
 * @returns the copies
 * @throws ActionError where one failed, or the time is over
 */
async function awaitReplication(ask, world) {
    const { replication, repository, digest, destinations } = ask;
    const uri = `${repository.uri}@${digest}`;
    const told = new Set();
    let copies = [];
    const complete = await poll(world, ask.timeoutSeconds * 1000, async () => {
        copies = withAbsent(await replication.progress(repository, digest), destinations);
        for (const copy of copies) {
            const line = `Replication to ${placeOf(copy)}: ${copy.status}`;
            if (!told.has(line))
                world.log(line);
            told.add(line);
        }
        const failed = copies.filter(({ status }) => status === 'FAILED');
        if (failed.length > 0)
            throw refused(uri, failed);
        return copies.length > 0 && copies.every(({ status }) => status === 'COMPLETE') ? copies : undefined;
    });
    if (complete !== undefined)
        return complete;
    const open = copies.filter(({ status }) => status !== 'COMPLETE');
    const list = open.map((copy) => `${placeOf(copy)} is ${copy.status}`).join(', ');
    throw new errors/* ActionError */.lZ(`The replication of ${uri} is not complete within replication-timeout (${ask.timeoutSeconds} s): ${list || 'ECR lists no destination'}.`, 'ECR usually needs less than 30 minutes: raise replication-timeout. An image that was there before the replication rule is never copied: push a new one.');
}
function refused(uri, failed) {
    const list = failed.map((copy) => `${placeOf(copy)} (${copy.failureCode ?? 'no failure code'})`).join(', ');
    return new errors/* ActionError */.lZ(`ECR could not replicate ${uri} to ${list}.`, "look at that destination: the region must be enabled for the account; another account's registry policy must allow ecr:ReplicateImage and ecr:CreateRepository to this one; a tag there may be immutable; a KMS key there must be usable.");
}
/** Destinations that ECR does not list yet are waited for too. */
function withAbsent(copies, destinations) {
    if (destinations === null)
        return copies;
    return destinations.map((place) => copies.find(({ registryId, region }) => registryId === place.registryId && region === place.region) ?? {
        ...place,
        status: 'ABSENT',
        failureCode: null,
    });
}
function placeOf({ registryId, region }) {
    return `${region} of account ${registryId}`;
}

;// CONCATENATED MODULE: ./lib/after-push/report.js



/** So many rows are read; the rest is in ECR. */
const ROWS = 20;
/** The worst findings first; one row for what several platforms have in common. */
function worstFindings(images) {
    const rows = new Map();
    for (const { platform, findings } of images) {
        for (const finding of findings) {
            const key = JSON.stringify([finding.severity, finding.name, finding.package, finding.installed]);
            const before = rows.get(key)?.platforms ?? [];
            const platforms = platform === null || before.includes(platform) ? before : [...before, platform];
            rows.set(key, { ...finding, platforms });
        }
    }
    const text = (row) => [row.name, row.package ?? '', row.installed ?? ''].join(' ');
    return [...rows.values()].sort((one, other) => (0,scans/* rank */.T)(one.severity) - (0,scans/* rank */.T)(other.severity) || (text(one) < text(other) ? -1 : 1));
}
const HEAD = ['Severity', 'Vulnerability', 'Package', 'Installed', 'Fixed in', 'Platforms'];
function cellsOf(row) {
    return [
        row.severity,
        row.name,
        row.package ?? '',
        row.installed ?? '',
        row.fixed ?? '',
        row.platforms.join(' '),
    ];
}
/** Columns that are empty in every row say nothing. */
function table(images) {
    const findings = worstFindings(images);
    const rows = findings.slice(0, ROWS).map(cellsOf);
    const used = HEAD.map((_, index) => rows.some((row) => row[index] !== ''));
    const only = (row) => row.filter((_, index) => used[index]);
    return { head: only(HEAD), rows: rows.map(only), more: Math.max(0, findings.length - ROWS) };
}
function inWords(counts) {
    const list = severitiesIn(counts).map((name) => `${name} ${counts[name]}`);
    return list.length === 0 ? 'nothing' : list.join(', ');
}
/** For the job summary. What AWS wrote is shown, never rendered. */
function scanSection(images, counts, status) {
    const { head, rows, more } = table(images);
    if (images.some(({ ended }) => ended !== 'well'))
        return `### Scan: ${(0,summary/* code */.aY)(status)}\n`;
    const lines = [`### Scan: ${(0,summary/* literal */.eu)(inWords(counts))}`, ''];
    if (rows.length > 0) {
        lines.push(`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`);
        for (const row of rows)
            lines.push(`| ${row.map((cell) => (cell === '' ? '' : (0,summary/* code */.aY)(cell))).join(' | ')} |`);
        lines.push('');
    }
    if (more > 0)
        lines.push(`… and ${more} more, in ECR.`, '');
    return lines.join('\n');
}
/** For the log: aligned, without anything that a terminal or the runner would obey. */
function scanLog(images, counts, status) {
    if (images.some(({ ended }) => ended !== 'well'))
        return [`Scan: ${status}`];
    const { head, rows, more } = table(images);
    const lines = [`Scan ${status} found ${inWords(counts)}`];
    if (rows.length === 0)
        return lines;
    const clean = [head, ...rows].map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, ' ')));
    const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
    for (const row of clean) {
        lines.push(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
    }
    if (more > 0)
        lines.push(`… and ${more} more, in ECR`);
    return lines;
}

;// CONCATENATED MODULE: ./lib/after-push/index.js






/**
 * Finds out, before anything is built, what may be expected after the push.
 * @throws ActionError where what the inputs ask for cannot come: scans that are off, no replication rule
 */
async function prepareAfter(inputs, ecr, repository, world) {
    const checks = await Promise.allSettled([
        inputs.failOnSeverity === null ? null : prepareScan(inputs, ecr, repository, world),
        inputs.waitForReplication ? prepareReplication(inputs, ecr, repository, world) : null,
    ]);
    for (const check of checks)
        if (check.status === 'rejected')
            throw check.reason;
    const steps = checks.flatMap((check) => check.status === 'fulfilled' && check.value !== null ? [check.value] : []);
    return {
        async verify(held) {
            const results = await Promise.allSettled(steps.map((step) => step(held)));
            const verdicts = results.map((result) => {
                return result.status === 'fulfilled' ? result.value : { section: null, failure: result.reason };
            });
            const failures = verdicts.map(({ failure }) => failure).filter((failure) => failure !== null);
            return {
                sections: verdicts.flatMap(({ section }) => section ?? []),
                failure: failures.length < 2 ? (failures[0] ?? null) : combine(failures),
            };
        },
    };
}
async function prepareScan(inputs, ecr, repository, world) {
    const scans = await ecr.scans?.();
    if (scans === undefined)
        throw unavailable('fail-on-severity', 'scans');
    const expectation = await scans.expectation(repository);
    refuseScansOff(expectation, repository);
    if (expectation.because !== null)
        world.log(`What scans ${repository.name} is not known: ${expectation.because}`);
    return async (image) => {
        const timeoutSeconds = inputs.scanTimeoutSeconds;
        const ask = { scans, repository, image, expectation, timeoutMs: timeoutSeconds * 1000 };
        const run = await awaitScans(ask, world);
        const status = overallStatus(run.images);
        const counts = sumCounts(run.images);
        const ended = run.images.every(({ ended }) => ended === 'well');
        // Counts of half a scan would be read as those of a whole one.
        world.setOutputs({ 'scan-status': status, ...(ended ? { 'scan-findings': JSON.stringify(counts) } : {}) });
        for (const line of scanLog(run.images, counts, status))
            world.log(line);
        const threshold = inputs.failOnSeverity ?? 'UNDEFINED';
        return {
            section: scanSection(run.images, counts, status),
            failure: judge({ repository, digest: image.digest, run, threshold, timeoutSeconds }),
        };
    };
}
async function prepareReplication(inputs, ecr, repository, world) {
    const replication = await ecr.replication?.();
    if (replication === undefined)
        throw unavailable('wait-for-replication', 'replication');
    const destinations = await replication.destinations(repository);
    refuseNoDestination(destinations, repository);
    return async ({ digest }) => {
        const timeoutSeconds = inputs.replicationTimeoutSeconds;
        const copies = await awaitReplication({ replication, repository, digest, destinations, timeoutSeconds }, world);
        return { section: `Replicated to ${(0,summary/* literal */.eu)(copies.map(placeOf).join(', '))}.\n`, failure: null };
    };
}
function unavailable(input, what) {
    return new errors/* ActionError */.lZ(`ECR Public has no ${what}, so that ${input} cannot be met.`, `leave ${input} out.`);
}
/** Two failures are one error, unless one of them is a defect: that one is shown. */
function combine(failures) {
    const defect = failures.find((failure) => !(failure instanceof errors/* ActionError */.lZ));
    if (defect !== undefined)
        return defect;
    return new errors/* ActionError */.lZ(failures.map(errors/* explain */.WE).join('\n'), '', { cause: failures[0] });
}


/***/ })

};
