# The role deploy is for the jobs of the examples that deploy, in one environment on GitHub. Leave out what you do not
# deploy to.

variable "deploy_environment" {
  type    = string
  default = "production"
}

variable "cluster" {
  description = "The cluster of ECS, and that of EKS"
  type        = string
  default     = "demo"
}

variable "service" {
  description = "The service of ECS, and the family of its task definition"
  type        = string
  default     = "demo-service"
}

variable "task_roles" {
  description = "The roles that the task definition names, by a pattern"
  type        = string
  default     = "demo-*"
}

variable "function" {
  description = "The function of AWS Lambda, and its repository"
  type        = string
  default     = "demo-function"
}

data "aws_iam_policy_document" "deploy_trust" {
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
      values   = ["repo:${var.github_repository}:environment:${var.deploy_environment}"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["ecs:DescribeTaskDefinition"]
    resources = ["*"] # takes no other resource
  }
  statement {
    actions = [
      "ecs:RegisterTaskDefinition",
      "ecs:TagResource",
    ]
    resources = ["arn:${local.partition}:ecs:*:${local.account_id}:task-definition/${var.service}:*"]
  }
  statement {
    actions = [
      "ecs:UpdateService",
      "ecs:DescribeServices",
    ]
    resources = ["arn:${local.partition}:ecs:*:${local.account_id}:service/${var.cluster}/${var.service}"]
  }
  statement {
    actions   = ["iam:PassRole"]
    resources = ["arn:${local.partition}:iam::${local.account_id}:role/${var.task_roles}"]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
  statement {
    actions   = ["eks:DescribeCluster"]
    resources = ["arn:${local.partition}:eks:*:${local.account_id}:cluster/${var.cluster}"]
  }
  statement {
    actions = [
      "lambda:UpdateFunctionCode",
      "lambda:GetFunction",
    ]
    resources = ["arn:${local.partition}:lambda:*:${local.account_id}:function:${var.function}"]
  }
  # Who gives a function its image must be allowed to read it.
  statement {
    actions = [
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = ["arn:${local.partition}:ecr:*:${local.account_id}:repository/${var.function}"]
  }
}

resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = data.aws_iam_policy_document.deploy_trust.json
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.deploy.json
}

output "deploy_role_arn" {
  description = "For the input role-to-assume"
  value       = aws_iam_role.deploy.arn
}
