export const id = 244;
export const ids = [244,517,366];
export const modules = {

/***/ 4366:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ dockerfilePath),
/* harmony export */   annotateCacheErrors: () => (/* binding */ annotateCacheErrors),
/* harmony export */   annotateChecks: () => (/* binding */ annotateChecks),
/* harmony export */   d: () => (/* binding */ annotateFindings)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _inputs_context_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4738);
/* harmony import */ var _source_blocks_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3574);



/** Where in the workspace the Dockerfile of a build is; null for one that is elsewhere. */
function dockerfilePath(request, workspace) {
    if (request.file === null || (0,_inputs_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .Vx)(request.file) || (0,_inputs_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .Vx)(request.context))
        return null;
    const relative = node_path__WEBPACK_IMPORTED_MODULE_0__.relative(workspace, request.file);
    return relative === '' || relative.startsWith('..') || node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute(relative) ? null : relative;
}
/**
 * Errors of reading or writing a cache, which do not end a build. A cache that is not there yet is none.
 * @param progress BuildKit's plain progress
 */
function annotateCacheErrors(progress, annotate) {
    const doing = new Map();
    for (const line of progress.split(/\r?\n/)) {
        const [, number = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
        if (/^(?:importing cache manifest from |exporting cache|exporting to .* cache)/i.test(text))
            doing.set(number, text);
        const [, error] = /^ERROR: (.*)$/.exec(text) ?? [];
        const what = doing.get(number);
        if (error === undefined || what === undefined)
            continue;
        const reading = what.startsWith('importing');
        if (reading && /not found|does not exist|no such/i.test(error))
            continue;
        annotate('warning', `The cache was not ${reading ? 'read' : 'written'}; the build went on without (${what}): ${error}`);
    }
}
const isLine = (value) => Number.isSafeInteger(value) && value > 0;
/** What the checks of the Dockerfile found in a build that went well. */
function annotateChecks(warnings, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (!Array.isArray(warnings) || file === null)
        return;
    for (const warning of warnings) {
        const { short, url, range } = warning ?? {};
        if (typeof short !== 'string' || !Array.isArray(range))
            continue;
        const line = range[0]?.start?.line;
        if (!isLine(line))
            continue;
        const text = Buffer.from(short, 'base64').toString('utf8');
        const end = range.at(-1)?.end?.line;
        annotate('warning', typeof url === 'string' && url !== '' ? `${text}\n${url}` : text, {
            file,
            line,
            endLine: isLine(end) ? end : line,
        });
    }
}
/**
 * The findings of `call: check`, as it prints them: `WARNING: RULE - URL`, what it is, and the lines.
 * @param stdout of `docker buildx build --call=check`
 */
function annotateFindings(stdout, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (file === null)
        return;
    const lines = stdout.split(/\r?\n/);
    let from = 0;
    for (const { line, endLine, start, end } of (0,_source_blocks_js__WEBPACK_IMPORTED_MODULE_2__/* .sourceBlocks */ .w)(lines)) {
        const said = lines.slice(from, start).filter((text) => text.trim() !== '');
        from = end;
        const head = said.findLastIndex((text) => /^(?:WARNING|ERROR): /.test(text));
        annotate('warning', said.slice(Math.max(head, 0)).join('\n'), { file, line, endLine });
    }
}


/***/ }),

/***/ 5243:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PR: () => (/* binding */ shortReason),
/* harmony export */   VS: () => (/* binding */ lastError),
/* harmony export */   Z2: () => (/* binding */ locateInstruction),
/* harmony export */   mH: () => (/* binding */ parseFailure)
/* harmony export */ });
/* harmony import */ var _source_blocks_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3574);

/** More lines than this, and longer ones, are in the log, which is right above. */
const SHOWN = 20;
const LONGEST = 2000;
const shown = (lines) => lines.slice(-SHOWN).map((line) => line.slice(0, LONGEST));
/**
 * Reads the end of a build's output: BuildKit's plain progress, with buildx or with docker before 23.0, or the
 * legacy builder's steps.
 */
function parseFailure(stderr, stdout) {
    const lines = stderr.split(/\r?\n/);
    const reason = lastError(stderr) ?? lastError(stdout);
    const source = (0,_source_blocks_js__WEBPACK_IMPORTED_MODULE_0__/* .sourceBlocks */ .w)(lines).at(-1) ?? null;
    const name = failedStep(lines);
    if (name === null)
        return { ...legacyStep(stdout), reason, source };
    return { name, lines: writtenBy(lines, name), reason, source };
}
/**
 * The name in the block ` > NAME:` behind a ruler of six hyphens. Of several, as several platforms make them, the
 * first one: the others were canceled because of it or fail of the same.
 */
function failedStep(lines) {
    const at = lines.findIndex((line, index) => line === '------' && /^ > .*:$/.test(lines[index + 1] ?? ''));
    return at < 0 ? null : lines[at + 1].slice(3, -1);
}
/** `#7 0.208 text`, below `#7 NAME`: that block itself has fewer lines, or none, depending on the version. */
function writtenBy(lines, name) {
    const number = lines.map((line) => /^(#\d+) (.*)$/.exec(line)).find((match) => match?.[2] === name)?.[1];
    if (number === undefined)
        return [];
    return shown(lines
        .filter((line) => line.startsWith(`${number} `))
        .flatMap((line) => /^#\d+ \d+\.\d+ (.*\S.*)$/.exec(line)?.[1] ?? []));
}
/** `Step 2/3 : RUN make`, which the legacy builder prints before it runs it. */
function legacyStep(stdout) {
    const lines = stdout.split(/\r?\n/);
    const at = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line));
    if (at < 0)
        return { name: null, lines: [] };
    const [, number, instruction] = /^Step (\d+\/\d+) : (.*)$/.exec(lines[at]) ?? [];
    const written = lines.slice(at + 1).filter((line) => !/^ ---> |^Removing intermediate /.test(line));
    return {
        name: `[${number}] ${instruction}`,
        lines: shown(written.filter((line) => line.trim() !== '')),
    };
}
/** A command that failed is named already; what is left of the reason is how it ended. */
function shortReason(reason) {
    const code = /^.*(?:did not complete successfully: exit code: |^.*executor failed running .*: exit code: |returned a non-zero code: )(\d+)$/s.exec(reason)?.[1];
    if (code !== undefined)
        return `the command ended with exit code ${code}`;
    return reason.replace(/^(?:ERROR: |failed to build: |failed to solve(?: with frontend \S+)?: )+/, '');
}
/** The line that says why: the last `ERROR` or `error` line, else the last one. */
function lastError(output) {
    const lines = output
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const line = lines.findLast((candidate) => /^(?:ERROR|error|Error|denied|unauthorized|failed)\b/.test(candidate));
    return (line ?? lines.at(-1))?.slice(0, LONGEST) ?? null;
}
/**
 * Finds the lines of the instruction that failed, for a builder that does not show them.
 * @param step such as `[build 2/3] RUN make`
 * @returns null where no instruction is that one, or several are
 */
function locateInstruction(dockerfile, step) {
    const wanted = normal(step.replace(/^\[[^\]]*\] /, ''));
    const found = instructions(dockerfile).filter(({ text }) => normal(text) === wanted);
    return found.length === 1 ? (found[0] ?? null) : null;
}
/** A Dockerfile's instructions, each with the lines that it continues on. */
function instructions(dockerfile) {
    const result = [];
    const lines = dockerfile.split(/\r?\n/);
    for (let at = 0; at < lines.length; at++) {
        if (/^\s*(?:#|$)/.test(lines[at]))
            continue;
        const start = at;
        const parts = [];
        for (; at < lines.length; at++) {
            const line = lines[at];
            const comment = /^\s*#/.test(line);
            if (!comment)
                parts.push(line.replace(/\\\s*$/, ''));
            if (!comment && !/\\\s*$/.test(line))
                break;
        }
        result.push({
            line: start + 1,
            endLine: Math.min(at, lines.length - 1) + 1,
            text: parts.join(' ').trim(),
        });
    }
    return result;
}
function normal(text) {
    return text.replace(/\s+/g, ' ').trim();
}


/***/ }),

/***/ 2517:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   explainBuildFailure: () => (/* binding */ explainBuildFailure),
/* harmony export */   explainDockerFailure: () => (/* binding */ explainDockerFailure),
/* harmony export */   q: () => (/* binding */ knownFailure)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4366);
/* harmony import */ var _failing_step_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5243);
/* harmony import */ var _passing_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7059);





/** What a registry or the engine says, and what that means in ECR. */
const KNOWN = [
    {
        said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
        what: 'The tag exists already, and the repository is immutable',
        remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
    },
    {
        said: /your authorization token has expired/i,
        what: 'A registry calls the token expired',
        remedy: 'run the job again: the step renews its own token once, and says above where it could not; where it is about a base image in another registry, log in to that just before this step.',
    },
    {
        said: /no basic auth credentials|401 unauthorized/i,
        what: 'A registry wants a login that docker does not have',
        remedy: 'log in to the registry of the base image in a step before this one.',
    },
    {
        said: /name unknown: The repository with name/i,
        what: 'A repository does not exist in ECR',
        remedy: 'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
    },
    {
        said: /insufficient_scope|403 forbidden|denied: /i,
        what: 'A registry denies access',
        remedy: "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
    },
    {
        said: /toomanyrequests|429 too many requests/i,
        what: 'A registry refuses because of too many requests',
        remedy: 'for the push, run fewer jobs at once, or raise the quotas of ECR; for a base image, log in to its registry, or take it from public.ecr.aws or from a pull-through cache.',
    },
    {
        // BuildKit leaves out what the registry says beside the status.
        said: /unexpected status from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i,
        what: 'The registry refuses the manifest, and the builder does not pass on why',
        remedy: 'in most cases another job has just pushed the same tag, and the repository is immutable: push another tag (the commit SHA changes with each commit), or run the job again.',
    },
    {
        said: /maximum number of artifacts \(100\)/i,
        what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
        remedy: 'delete old referrers of that image, or build a new image.',
    },
    {
        said: /cache export is not supported for the docker driver/i,
        what: 'The builder cannot write a cache',
        remedy: 'use a builder of docker/setup-buildx-action, or turn the containerd image store of the engine on.',
    },
    {
        said: /unsupported request frontend\.(?:lint|outline|targets)/i,
        what: "The builder's Dockerfile frontend does not know this call",
        remedy: 'update the engine or the builder (BuildKit 0.14, Docker 27 and later know check), or begin the Dockerfile with "# syntax=docker/dockerfile:1".',
    },
    {
        said: /no space left on device/i,
        anywhere: true,
        what: "The runner's disk is full",
        remedy: 'free some (docker system prune), or take a larger runner.',
    },
    {
        said: /target stage .{0,300} could not be found|failed to reach build target/i,
        what: "The Dockerfile has no stage of the name in the input 'target'",
        remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
    },
];
/**
 * What a build's output says of its failure: the step, its command, its last lines, and where in the Dockerfile.
 * @param error the process that failed; its output stands in the log already
 */
async function explainBuildFailure(error, request, { workspace, annotate, attempts, }) {
    if (request.call !== null)
        return explainCall(error, request, workspace, annotate);
    const failure = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_3__/* .parseFailure */ .mH)(error.stderr, error.stdout);
    const reason = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_3__/* .shortReason */ .PR)(failure.reason ?? error.message);
    const known = knownOf(failure);
    const place = await placeOf(failure, reason, request, workspace);
    const step = failure.name === null ? '' : ` at ${clip(failure.name)}`;
    const what = known === undefined ? '' : ` ${known.what}.`;
    const lines = failure.lines.map((line) => `\n    ${line}`).join('');
    const at = place === null ? '' : `\n  in ${place.file}, line ${place.line}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${(0,_passing_js__WEBPACK_IMPORTED_MODULE_4__/* .phaseOf */ .hU)(failure) === 'push' ? 'The push' : 'The build'} failed${step}${inAttempts(attempts)}.${what}\n  ${reason}${at}${lines === '' ? '' : `\n  its last lines:${lines}`}`, known?.remedy ?? ((0,_passing_js__WEBPACK_IMPORTED_MODULE_4__/* .phaseOf */ .hU)(failure) === null ? null : remedyForPassing(reason)) ?? remedyFor(failure), { cause: error, place });
}
/** What a command of the Dockerfile prints is its own: only a full disk looks the same there as elsewhere. */
function knownOf(failure) {
    const output = [...failure.lines, failure.reason].join('\n');
    return isCommand(failure)
        ? KNOWN.find(({ said, anywhere }) => anywhere && said.test(output))
        : knownFailure(output);
}
function isCommand({ name }) {
    return name !== null && /^\[[^\]]*\] RUN\b/.test(name);
}
/** What is left to do when a registry stays away. */
function remedyForPassing(said) {
    if ((0,_passing_js__WEBPACK_IMPORTED_MODULE_4__/* .passingReason */ .gv)(said) === null)
        return null;
    return 'run the job again; where it goes on, check that the engine reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and the gateway of S3), and the AWS Health Dashboard.';
}
function inAttempts(attempts) {
    return attempts > 1 ? `, in ${attempts} attempts` : '';
}
function clip(text, max = 300) {
    return text.length <= max ? text : `${text.slice(0, max)}…`;
}
function remedyFor(failure) {
    return isCommand(failure)
        ? 'correct what that command complains of; the same build can be run by hand with the command that the log shows.'
        : 'correct what it says; the same build can be run by hand with the command that the log shows.';
}
async function placeOf(failure, reason, request, workspace) {
    const file = (0,_annotations_js__WEBPACK_IMPORTED_MODULE_2__/* .dockerfilePath */ .S)(request, workspace);
    if (file === null || request.file === null)
        return null;
    const found = failure.source ?? (await findLines(failure, request.file));
    if (found === null)
        return null;
    const message = [reason, ...failure.lines.slice(-5)].join('\n');
    return { file, line: found.line, endLine: found.endLine, message };
}
/** For a builder that does not show the lines itself. */
async function findLines({ name, reason }, file) {
    const parse = Number(/parse error (?:on )?line (\d+)/.exec(reason ?? '')?.[1]);
    if (parse > 0)
        return { line: parse, endLine: parse };
    return name === null ? null : (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_3__/* .locateInstruction */ .Z2)(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, 'utf8').catch(() => ''), name);
}
/** `call: check` ends with 1 where it has found something, which its first line counts. */
function explainCall(error, request, workspace, annotate) {
    const summary = error.stdout.split(/\r?\n/).find((line) => /^Check complete, /.test(line));
    if (summary === undefined)
        return explainDockerFailure(`The call ${request.call}`, error);
    (0,_annotations_js__WEBPACK_IMPORTED_MODULE_2__/* .annotateFindings */ .d)(error.stdout, request, workspace, annotate);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(summary.trim(), 'correct the lines of the Dockerfile that the log shows, or skip a rule with "# check=skip=RULE" in its first lines (https://docs.docker.com/reference/build-checks/).', { cause: error });
}
/**
 * @param doing such as `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output stands in the log already
 * @param attempts how often it was tried
 */
function explainDockerFailure(doing, error, attempts = 1) {
    const reason = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_3__/* .lastError */ .VS)(error.stderr) ?? (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_3__/* .lastError */ .VS)(error.stdout) ?? error.message;
    const known = knownFailure(`${error.stderr}\n${error.stdout}`);
    if (known !== undefined) {
        const what = `${doing} failed${inAttempts(attempts)}. ${known.what}: ${reason}`;
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(what, known.remedy, { cause: error });
    }
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${doing} failed${inAttempts(attempts)}: ${reason}`, remedyForPassing(reason) ??
        'read the output above; the same can be run by hand with the command shown there.', { cause: error });
}
/** What is known of something that docker or a registry has said. */
function knownFailure(output) {
    return KNOWN.find(({ said }) => said.test(output));
}


/***/ }),

/***/ 3574:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ sourceBlocks)
/* harmony export */ });
const RULER = /^-{20}$/;
const HEAD = /^(.+):(\d+)$/;
const SOURCE = /^ +(\d{1,9}) \| (>>>| {3})(?: (.*))?$/;
/**
 * Finds every block of the form
 *
 *     Dockerfile:2
 *     --------------------
 *        1 |     FROM scratch
 *        2 | >>> RUN false
 *     --------------------
 *
 * https://github.com/moby/buildkit/blob/master/solver/errdefs/source.go
 */
function sourceBlocks(lines) {
    const blocks = [];
    for (let at = 0; at < lines.length - 1; at++) {
        const head = HEAD.exec(lines[at]);
        if (head === null || !RULER.test(lines[at + 1]))
            continue;
        let end = at + 2;
        while (end < lines.length && !RULER.test(lines[end]))
            end++;
        if (end === lines.length)
            break;
        const marked = lines
            .slice(at + 2, end)
            .map((line) => SOURCE.exec(line))
            .filter((match) => match?.[2] === '>>>');
        const numbers = marked.map((match) => Number(match?.[1]));
        if (numbers.length > 0) {
            blocks.push({
                file: head[1],
                line: numbers[0],
                endLine: numbers.at(-1),
                text: marked.map((match) => match?.[3] ?? '').join('\n'),
                start: at,
                end: end + 1,
            });
        }
        at = end;
    }
    return blocks;
}


/***/ }),

/***/ 228:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J5: () => (/* binding */ refused),
/* harmony export */   Qm: () => (/* binding */ wrong),
/* harmony export */   gl: () => (/* binding */ RegistryError),
/* harmony export */   mw: () => (/* binding */ broken)
/* harmony export */ });
/** An answer of a registry that is not what was asked for, or none. The message holds no credential and no query. */
class RegistryError extends Error {
    name = 'RegistryError';
    /** Null where there was no answer, or one that cannot be right. */
    status;
    /** OCI's error code, such as `MANIFEST_UNKNOWN`; null where the registry gave none. */
    code;
    /** Whether the same request can succeed later. */
    transient;
    /** How long the registry wants to be left alone. */
    retryAfterMs;
    /** How the registry wants to be asked, where it refused for that. */
    challenge;
    constructor(message, about = {}, options) {
        super(message, options);
        this.status = about.status ?? null;
        this.code = about.code ?? null;
        this.transient = about.transient ?? false;
        this.retryAfterMs = about.retryAfterMs ?? null;
        this.challenge = about.challenge ?? null;
    }
}
/** Statuses of a passing trouble. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
/** A registry that wants to be left alone for longer is not waited for. */
const LONGEST_AFTER_MS = 120_000;
/**
 * Codes of node's own, for connections that broke or could not be made at the moment. A name that does not exist
 * (ENOTFOUND) and a certificate that is not trusted stay so; a resolver without an answer (EAI_AGAIN) does not.
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const PASSING_CODES = /^(?:ECONNRESET|ECONNABORTED|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENETRESET|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS_HANDSHAKE_TIMEOUT|HPE_\w+)$/;
/**
 * The error for an answer.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 * @param doing `PUT https://HOST/v2/NAME/manifests/v1`
 * @param body the beginning of the answer's body
 */
function refused(doing, status, headers, body) {
    const { code, message } = errorIn(body);
    const said = [code, message ?? plain(body)].filter((part) => part !== null && part !== '').join(': ');
    const passes = PASSING.has(status) || code === 'TOOMANYREQUESTS';
    const retryAfterMs = retryAfter(headers['retry-after']);
    const tooLong = passes && (retryAfterMs ?? 0) > LONGEST_AFTER_MS;
    const wait = tooLong
        ? ` (it asks to come back in ${Math.round((retryAfterMs ?? 0) / 1000)} s, which is too long to wait for)`
        : '';
    return new RegistryError(`${doing}: ${status}${said === '' ? '' : ` ${said}`}${wait}`, {
        status,
        code,
        transient: passes && !tooLong,
        retryAfterMs,
        challenge: status === 401 ? String(headers['www-authenticate'] ?? '') : null,
    });
}
/** The error for a connection that broke. */
function broken(doing, error) {
    if (error instanceof RegistryError)
        return error;
    const { message, code } = error;
    const transient = PASSING_CODES.test(code ?? '') || message === 'aborted';
    return new RegistryError(`${doing}: ${message || code}`, { transient }, { cause: error });
}
/** The error for an answer that cannot be right; asking again is worth while. */
function wrong(doing, what) {
    return new RegistryError(`${doing}: ${what}`, { transient: true });
}
/** The first error that the registry names, as far as it is text. */
function errorIn(body) {
    const text = (value) => (typeof value === 'string' ? value.slice(0, 1000) : null);
    try {
        const { errors } = JSON.parse(body);
        const [first] = (Array.isArray(errors) ? errors : []);
        return { code: text(first?.code), message: text(first?.message) };
    }
    catch {
        return { code: null, message: null };
    }
}
/** What a proxy or a gateway says in a page of its own is no help beyond a line. */
function plain(body) {
    return body
        .slice(0, 4096)
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 200);
}
/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(value) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text === undefined)
        return null;
    const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
    return Number.isFinite(ms) ? Math.max(0, ms) : null;
}


/***/ }),

/***/ 5244:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   explainRegistryError: () => (/* binding */ explainRegistryError)
/* harmony export */ });
/* harmony import */ var _docker_failures_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2517);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(228);



/**
 * Turns what a registry said into an error that says what to do.
 * @param doing `The copy of sha256:… to HOST/NAME`
 * @param error anything that was thrown
 */
function explainRegistryError(doing, error) {
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ)
        return error;
    const said = error instanceof Error ? error.message : String(error);
    const as = (remedy, what = '') => new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${doing} failed${what === '' ? '' : `. ${what}`}: ${said}`, remedy, { cause: error });
    if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .RegistryError */ .gl))
        return as('run the job again; where it fails again, report this.');
    const action = /not authorized to perform: (ecr:\w+)(?: on resource: (arn:\S+))?/.exec(said);
    if (action !== null) {
        const [, Action, Resource = '*'] = action;
        return as(`add this statement to the policy of the identity in use: ${JSON.stringify({ Effect: 'Allow', Action, Resource })} In another account, the repository's own policy there must allow it too.`);
    }
    const known = (0,_docker_failures_js__WEBPACK_IMPORTED_MODULE_0__/* .knownFailure */ .q)(said);
    if (known !== undefined)
        return as(known.remedy, known.what);
    if (error.status === 401 || error.status === 403) {
        return as('check the policy of the identity in use, the repository policy and the VPC endpoint policy.');
    }
    if (error.status === 404) {
        return as('check the repository, the tag or digest and the region; a lifecycle rule may have removed it.');
    }
    if (error.status === null || error.transient) {
        return as('this lasted through several attempts: run the job again; where it goes on, check that the runner reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and S3).');
    }
    return as('read what the registry says above.');
}


/***/ })

};
