// What docs/migrate.md moves people from: each field of what they leave behind, copied from its source at the commit that
// the page names. A newer release may have more; then commit, list and page change together.

export interface Left {
  /** The heading of the table's first column, and of the section that has it. */
  readonly table: string
  readonly section: string
  /** The page and the section that have the table, if docs/migrate.md only leads there. */
  readonly elsewhere?: readonly [page: string, section: string]
  /** `OWNER/NAME` on GitHub, and the commit that was read. */
  readonly repository: string
  readonly commit: string
  /** Names of inputs, parameters, secrets and outputs. */
  readonly fields: readonly string[]
}

const words = (text: string): string[] => text.trim().split(/\s+/)

const GITHUB_BUILDER = {
  section: 'docker/github-builder',
  repository: 'docker/github-builder',
  commit: '58cb9f5b71b1836d6f690c1e95effdeb9b98cb8a',
}

const BAKE_ACTION = {
  section: 'docker/bake-action',
  repository: 'docker/bake-action',
  commit: '4574eacfed406340e1f9262368f3b55ba852debd',
}

const ORB = {
  section: "CircleCI's orb",
  repository: 'CircleCI-Public/aws-ecr-orb',
  commit: '286f3419ccd03fb4364a4715007897c6888c9b05',
}

export const LEFT: readonly Left[] = [
  {
    table: '`aws-actions/configure-aws-credentials`',
    section: 'The chain of actions',
    repository: 'aws-actions/configure-aws-credentials',
    commit: 'bcd4089080cf41e4db9dad11fce2a9397e670bbd',
    fields: words(`
      aws-region aws-profile overwrite-aws-profile role-to-assume aws-access-key-id aws-secret-access-key
      aws-session-token web-identity-token-file role-chaining audience http-proxy no-proxy mask-aws-account-id
      role-duration-seconds role-external-id role-session-name role-skip-session-tagging transitive-tag-keys
      inline-session-policy managed-session-policies output-credentials output-env-credentials
      unset-current-credentials disable-retry retry-max-attempts special-characters-workaround
      use-existing-credentials allowed-account-ids force-skip-oidc action-timeout-s custom-tags sts-endpoint
      aws-account-id aws-expiration`),
  },
  {
    table: '`aws-actions/amazon-ecr-login`',
    section: 'The chain of actions',
    repository: 'aws-actions/amazon-ecr-login',
    commit: '03f1aad4c6c7ffd436567f42f9384779290529bd',
    fields: words(`
      http-proxy mask-password registries registry-type skip-logout registry docker_username_… docker_password_…`),
  },
  {
    table: '`docker/metadata-action`',
    section: 'The chain of actions',
    repository: 'docker/metadata-action',
    commit: 'dc802804100637a589fabce1cb79ff13a1411302',
    fields: words(`
      context images tags flavor labels annotations sep-tags sep-labels sep-annotations bake-target github-token
      version tag-names json bake-file bake-file-tags bake-file-labels bake-file-annotations`),
  },
  {
    table: '`docker/build-push-action`',
    section: 'The chain of actions',
    repository: 'docker/build-push-action',
    commit: 'cb941d0b895b09c17fa011d41c411b33c752cf28',
    fields: words(`
      add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent
      context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets
      secret-envs secret-files shm-size ssh tags target ulimit github-token imageid digest metadata`),
  },
  {
    table: '`kciter/aws-ecr-action`',
    section: 'kciter/aws-ecr-action',
    repository: 'kciter/aws-ecr-action',
    commit: 'ea6db9ecebec495c996b0f084c8ea1591f1185d7',
    fields: words(`
      access_key_id secret_access_key account_id registry_ids assume_role repo region create_repo set_repo_policy
      repo_policy_file tags image_scanning_configuration dockerfile extra_build_args cache_from path prebuild_script
      image`),
  },
  {
    table: 'The job and command `build_and_push_image`',
    ...ORB,
    fields: words(`
      executor account_id profile_name checkout region public_registry repo create_repo repo_scan_on_push tag
      attach_workspace workspace_root setup_remote_docker remote_docker_version remote_docker_layer_caching
      container_registry_login registry_login dockerfile path build_path extra_build_args no_output_timeout
      skip_when_tags_exist platform public_registry_alias push_image lifecycle_policy_path set_repo_policy
      repo_policy_path auth repo_encryption_type repo_encryption_kms_key repo_image_tag_mutability
      repo_image_tag_exclusion_filters aws_domain use_credentials_helper binfmt_version repo_tag`),
  },
  {
    table: 'The other commands',
    ...ORB,
    // The commands, and those of their parameters that the job has not.
    fields: words(`
      build_image create_repo ecr_login push_image set_repo_policy tag_image tag_repo source_tag target_tag extra_args
      skip_when_tags_exist repo_encryption_type encryption_kms_key image_tag_mutability image_tag_exclusion_filters`),
  },
  {
    table: '`build.yml`',
    ...GITHUB_BUILDER,
    fields: words(`
      runner distribute fail-fast job-name-prefix setup-qemu artifact-name artifact-upload artifact-retention-days
      annotations build-args cache cache-scope cache-mode context file labels output platforms push sbom shm-size sign
      target ulimit registry-identities set-meta-annotations set-meta-labels meta-images meta-tags meta-labels
      meta-annotations meta-flavor registry-auths github-token meta-json cosign-version cosign-verify-commands digest
      output-type signed`),
  },
  {
    table: '`bake.yml`',
    ...GITHUB_BUILDER,
    // Those that build.yml has not, or that are another thing here.
    fields: words('files set vars target context meta-bake-target'),
  },
  {
    table: 'docker/bake-action',
    ...BAKE_ACTION,
    elsewhere: ['docs/bake.md', 'Coming from docker/bake-action'],
    fields: words(`
      builder allow call files no-cache pull load provenance push sbom set source targets vars github-token metadata`),
  },
  {
    table: '`docker/bake-action/subaction/matrix`',
    ...BAKE_ACTION,
    fields: words('workdir files target fields matrix'),
  },
  {
    table: '`verify.yml`',
    ...GITHUB_BUILDER,
    fields: words('builder-outputs registry-identities registry-auths'),
  },
]
