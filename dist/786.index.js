export const id = 786;
export const ids = [786];
export const modules = {

/***/ 8786:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  compareSettings: () => (/* binding */ compareSettings),
  completeCreation: () => (/* binding */ completeCreation),
  describePreview: () => (/* binding */ describePreview),
  needsReading: () => (/* binding */ needsReading),
  readPolicies: () => (/* binding */ readPolicies)
});

// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
;// CONCATENATED MODULE: ./lib/ecr/differences.js
/**
 * Where a repository differs from what the inputs say; what they do not say does not differ.
 * @param held what of the settings was read; null where it could not be
 */
function differences(repository, held, wanted) {
    const found = [];
    const note = (setting, input, is, wants) => found.push({ setting, input, is, wanted: wants });
    const { mutability, scanOnPush, encryption, resourceTags, lifecyclePolicy, repositoryPolicy } = wanted;
    if (encryption !== null && !sameEncryption(repository.encryption, encryption)) {
        note('encryption', 'encryption-type', describeKey(repository.encryption), describeKey(encryption));
    }
    if (mutability !== null) {
        const [is, wants] = [repository.mutability, mutability].map(describeMutability);
        if (is !== wants)
            note('mutability', 'image-tag-mutability', is, wants);
    }
    if (scanOnPush !== null && repository.scanOnPush !== scanOnPush) {
        note('scanOnPush', 'scan-on-push', String(repository.scanOnPush), String(scanOnPush));
    }
    if (held === null)
        return found;
    const changed = differingTags(held.resourceTags, resourceTags);
    if (changed.size > 0) {
        const is = [...changed.keys()].map((key) => `${key}=${held.resourceTags.get(key) ?? '(absent)'}`);
        note('resourceTags', 'repository-tags', is.join(', '), [...changed].map(([key, value]) => `${key}=${value}`).join(', '));
    }
    if (lifecyclePolicy !== null && !samePolicy(held.lifecyclePolicy, lifecyclePolicy)) {
        note('lifecyclePolicy', 'lifecycle-policy', held.lifecyclePolicy === null ? 'none' : null, null);
    }
    if (repositoryPolicy !== null && !samePolicy(held.repositoryPolicy, repositoryPolicy)) {
        note('repositoryPolicy', 'repository-policy', held.repositoryPolicy === null ? 'none' : null, null);
    }
    return found;
}
/** The tags that are to be added or to get another value. Tags that nobody named are not ours to remove. */
function differingTags(held, wanted) {
    return new Map([...(wanted ?? [])].filter(([key, value]) => held.get(key) !== value));
}
/** One line for the log: `scan-on-push: false, wanted true`. */
function describeDifference({ input, is, wanted }) {
    if (is === null)
        return `${input}: another one`;
    return wanted === null ? `${input}: ${is}` : `${input}: ${is}, wanted ${wanted}`;
}
function describeMutability({ mode, exclusions }) {
    return exclusions.length === 0 ? mode : `${mode} (${[...exclusions].sort().join(', ')})`;
}
function describeKey({ type, key }) {
    return key === null ? type : `${type} with ${key}`;
}
/**
 * ECR tells a key by its ARN. An id is the end of it; which key an alias means only KMS could say, which is not
 * asked: an alias does not differ.
 */
function sameEncryption(held, wanted) {
    if (held.type !== wanted.type)
        return false;
    if (wanted.key === null || held.key === null || /(?:^|:)alias\//.test(wanted.key))
        return true;
    return held.key === wanted.key || held.key.endsWith(`:key/${wanted.key}`);
}
/** Whether two policies say the same, however they are written. */
function samePolicy(held, wanted) {
    if (held === null)
        return false;
    try {
        return canonical(JSON.parse(held)) === canonical(JSON.parse(wanted));
    }
    catch {
        return false;
    }
}
/**
 * AWS gives policies back in another order and form: members are sorted, a list of one is its item, the order in a
 * list of words does not count, and an account's number is its root.
 */
function canonical(value) {
    return JSON.stringify(normal(value));
}
function normal(value) {
    if (Array.isArray(value)) {
        const items = value.map(normal);
        if (items.length === 1)
            return items[0];
        return items.map((item) => JSON.stringify(item)).sort();
    }
    if (typeof value === 'string')
        return value.replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1');
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, held]) => [name, normal(held)]));
}

;// CONCATENATED MODULE: ./lib/ecr/update.js


/** Whether any of the settings is not part of DescribeRepositories, and so has to be read by itself. */
function needsReading(wanted) {
    return wanted.resourceTags !== null || hasPolicies(wanted);
}
function hasPolicies({ lifecyclePolicy, repositoryPolicy }) {
    return lifecyclePolicy !== null || repositoryPolicy !== null;
}
/** The policies that the inputs speak of, as they are; they can be read beside the repository itself. */
async function readPolicies(ecr, name, wanted) {
    if (!hasPolicies(wanted))
        return { lifecyclePolicy: null, repositoryPolicy: null };
    return (await ecr.settings()).readPolicies(name, {
        lifecycle: wanted.lifecyclePolicy !== null,
        repository: wanted.repositoryPolicy !== null,
    });
}
/**
 * The settings of a repository that was just created and that CreateRepository does not take.
 * @throws ActionError where ECR refuses one: the repository is there then, without it
 */
async function completeCreation(ecr, { name, uri }, wanted, { log }) {
    const { lifecyclePolicy, repositoryPolicy } = wanted;
    if (!hasPolicies(wanted))
        return;
    const settings = await ecr.settings();
    const setting = async (what, set) => {
        try {
            await set;
        }
        catch (error) {
            if (!(error instanceof errors/* ActionError */.lZ))
                throw error;
            throw new errors/* ActionError */.lZ(`${uri} was created, but without its ${what}. ${error.message}`, `${error.remedy} Then run again with update-repository: true, which sets what is missing.`, { cause: error });
        }
        log(`Set its ${what}`);
    };
    await Promise.all([
        lifecyclePolicy === null
            ? null
            : setting('lifecycle policy', settings.putLifecyclePolicy(name, lifecyclePolicy)),
        repositoryPolicy === null
            ? null
            : setting('repository policy', settings.setRepositoryPolicy(name, repositoryPolicy)),
    ]);
}
/**
 * A repository that was there: with `update` it is brought to the settings, touching only what differs; without it,
 * a difference is a notice.
 * @param policies as {@link readPolicies} gave them; null where they could not be read
 * @returns the repository as it is now
 * @throws ActionError where the encryption differs, which ECR never changes, or where ECR refuses a change
 */
async function compareSettings(ecr, repository, policies, wanted, options) {
    const { update, log, notice } = options;
    const held = policies === null ? null : { ...policies, resourceTags: await readTags(ecr, repository, wanted) };
    const found = differences(repository, held, wanted);
    if (found.length === 0)
        return repository;
    const told = found.map(describeDifference).join('; ');
    if (!update) {
        notice(`${repository.uri} is not as the inputs say: ${told}. It is left as it is; update-repository: true would change it.`);
        return repository;
    }
    const encryption = found.find(({ setting }) => setting === 'encryption');
    if (encryption !== undefined) {
        throw new errors/* ActionError */.lZ(`${repository.uri} has another encryption than the inputs say (${encryption.is}, wanted ${encryption.wanted}), and ECR cannot change the encryption of a repository.`, 'correct encryption-type and kms-key, leave them empty, or create another repository and copy the images there.');
    }
    const settings = await ecr.settings();
    const { name } = repository;
    const { mutability, scanOnPush, resourceTags, lifecyclePolicy, repositoryPolicy } = wanted;
    for (const difference of found) {
        const { setting } = difference;
        if (setting === 'mutability' && mutability !== null)
            await settings.putMutability(name, mutability);
        if (setting === 'scanOnPush' && scanOnPush !== null)
            await settings.putScanOnPush(name, scanOnPush);
        if (setting === 'resourceTags') {
            await settings.putTags(repository, differingTags(held?.resourceTags ?? new Map(), resourceTags));
        }
        if (setting === 'lifecyclePolicy' && lifecyclePolicy !== null) {
            await replaceLifecyclePolicy(settings, name, lifecyclePolicy, options);
        }
        if (setting === 'repositoryPolicy' && repositoryPolicy !== null) {
            await settings.setRepositoryPolicy(name, repositoryPolicy);
        }
        log(`Changed ${difference.input} of ${repository.uri} (${was(difference)})`);
    }
    return {
        ...repository,
        mutability: mutability ?? repository.mutability,
        scanOnPush: scanOnPush ?? repository.scanOnPush,
    };
}
function was({ is, wanted }) {
    if (is === null)
        return 'there was another one';
    return wanted === null ? `there was ${is}` : `it was ${is}, now ${wanted}`;
}
async function readTags(ecr, repository, wanted) {
    return wanted.resourceTags === null
        ? new Map()
        : (await ecr.settings()).readTags(repository);
}
/** Images that a new policy would expire are told before it is in force. */
async function replaceLifecyclePolicy(settings, name, policy, { log, notice }) {
    const preview = await settings.previewLifecyclePolicy(name, policy);
    for (const line of describePreview(preview))
        log(line);
    if (!preview.complete) {
        notice(`ECR did not finish the preview of the new lifecycle policy of ${name} in time; it is set all the same.`);
    }
    await settings.putLifecyclePolicy(name, policy);
}
const SHOWN = 20;
/** What the log says of a preview: the count, and the first of the images. */
function describePreview({ complete, images, expiring }) {
    if (!complete)
        return [];
    if (images.length === 0)
        return ['The new lifecycle policy would expire none of the images that are there.'];
    const lines = images
        .slice(0, SHOWN)
        .map(({ digest, tags, action, rule }) => `  rule ${rule} would ${action === 'expire' ? action : 'archive'} ${digest}${tags.length === 0 ? ' (untagged)' : ` (${tags.join(', ')})`}`);
    const moved = images.filter(({ action }) => action !== 'expire').length;
    // The preview's first page may be a part of it; the count of what expires is of all.
    const others = Math.max(expiring + moved, images.length) - lines.length;
    const also = moved === 0 ? '' : `, and archive ${moved}`;
    return [
        `The new lifecycle policy would expire ${expiring} of the images that are there${also}:`,
        ...lines,
        ...(others > 0 ? [`  and ${others} more`] : []),
    ];
}


/***/ })

};
