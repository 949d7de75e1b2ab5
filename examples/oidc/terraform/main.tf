# GitHub's OIDC provider, of which an account has one, and what the roles have in common. Each role has a file of its
# own: leave out those that you do not need.

variable "github_repository" {
  description = "OWNER/NAME on GitHub; OWNER@ID/NAME@ID for a repository whose OIDC tokens say the ids"
  type        = string
}

variable "ecr_repositories" {
  description = "A repository of Amazon ECR, or a pattern of names"
  type        = string
  default     = "demo-*"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
