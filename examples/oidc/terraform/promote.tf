# The role promote gives images more tags, or copies them from another account, in one environment on GitHub.

variable "promote_environment" {
  description = "The environment on GitHub, with its approvals; staging in the first account, production in the other"
  type        = string
  default     = "staging"
}

variable "source_account" {
  description = "The account that images are copied from; its repositories have to allow it. Empty if nothing is copied"
  type        = string
  default     = ""
}

data "aws_iam_policy_document" "promote_trust" {
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
      values   = ["repo:${var.github_repository}:environment:${var.promote_environment}"]
    }
  }
}

data "aws_iam_policy_document" "promote" {
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
      "ecr:DescribeImages",
      "ecr:PutImage",
      "ecr:BatchGetImage",
      "ecr:ListImageReferrers", # for require-provenance and verify
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetRepositoryScanningConfiguration", # for fail-on-severity
      "ecr:DescribeImageScanFindings",
      "ecr:StartImageScan",
    ]
    resources = ["arn:${local.partition}:ecr:*:${local.account_id}:repository/${var.ecr_repositories}"]
  }
  dynamic "statement" {
    for_each = var.source_account == "" ? [] : [var.source_account]
    content {
      actions = [
        "ecr:CreateRepository",
        "ecr:BatchCheckLayerAvailability",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
      ]
      resources = ["arn:${local.partition}:ecr:*:${local.account_id}:repository/${var.ecr_repositories}"]
    }
  }
  dynamic "statement" {
    for_each = var.source_account == "" ? [] : [var.source_account]
    content {
      actions = [
        "ecr:DescribeRepositories",
        "ecr:DescribeImages",
        "ecr:BatchGetImage",
        "ecr:ListImageReferrers", # signatures and attestations
        "ecr:GetDownloadUrlForLayer",
      ]
      resources = ["arn:${local.partition}:ecr:*:${var.source_account}:repository/${var.ecr_repositories}"]
    }
  }
}

resource "aws_iam_role" "promote" {
  name               = "promote"
  assume_role_policy = data.aws_iam_policy_document.promote_trust.json
}

resource "aws_iam_role_policy" "promote" {
  name   = "promote"
  role   = aws_iam_role.promote.id
  policy = data.aws_iam_policy_document.promote.json
}

output "promote_role_arn" {
  description = "For the input role-to-assume"
  value       = aws_iam_role.promote.arn
}
