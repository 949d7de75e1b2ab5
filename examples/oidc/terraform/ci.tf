# The role ci pushes, from one branch of one repository on GitHub.

variable "branch" {
  type    = string
  default = "main"
}

data "aws_iam_policy_document" "ci_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:ref:refs/heads/${var.branch}"]
    }
  }
}

data "aws_iam_policy_document" "ci" {
  statement {
    actions = [
      "ecr:GetAuthorizationToken",
      "ecr:GetRegistryScanningConfiguration", # for fail-on-severity
    ]
    resources = ["*"]
  }
  statement {
    actions = [
      "ecr:DescribeRepositories",
      "ecr:CreateRepository",
      "ecr:DescribeImages",
      "ecr:BatchCheckLayerAvailability",
      "ecr:InitiateLayerUpload",
      "ecr:UploadLayerPart",
      "ecr:CompleteLayerUpload",
      "ecr:PutImage",
      "ecr:BatchGetImage",
      "ecr:ListImageReferrers",     # for attest
      "ecr:GetDownloadUrlForLayer", # for several platforms, registries, cache, and if-image-exists
      "ecr:SetRepositoryPolicy",    # for repository-policy
      "ecr:GetRepositoryPolicy",
      "ecr:BatchGetRepositoryScanningConfiguration", # for fail-on-severity
      "ecr:DescribeImageScanFindings",
      "ecr:StartImageScan",
    ]
    resources = ["arn:${local.partition}:ecr:*:${local.account_id}:repository/${var.ecr_repositories}"]
  }
}

resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = data.aws_iam_policy_document.ci_trust.json
}

resource "aws_iam_role_policy" "ci" {
  name   = "ci"
  role   = aws_iam_role.ci.id
  policy = data.aws_iam_policy_document.ci.json
}

output "ci_role_arn" {
  description = "For the input role-to-assume"
  value       = aws_iam_role.ci.arn
}
