package main

import (
	"encoding/json"
	"os"

	aws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
)

// inventory is the file in which the stand-in of AWS keeps what it has made.
type inventory string

type thing struct {
	Token string         `json:"token"`
	ID    string         `json:"id"`
	State map[string]any `json:"state"`
}

// lack says that AWS does not have something, in the words of Karpenter's controllers for AWS.
type lack struct {
	reason, message string
}

// lacks looks for everything that a class names, and tells what is not there by the condition that it breaks. What a
// class selects by tags is not looked for.
func (i inventory) lacks(class *aws.EC2NodeClass) (map[string]lack, error) {
	things, err := i.things()
	if err != nil {
		return nil, err
	}
	subnets := []string{}
	for _, term := range class.Spec.SubnetSelectorTerms {
		subnets = append(subnets, term.ID)
	}
	groups := []string{}
	for _, term := range class.Spec.SecurityGroupSelectorTerms {
		groups = append(groups, term.ID)
	}
	lacking := map[string]lack{}
	if !has(things, "aws:ec2/subnet:Subnet", subnets) {
		lacking[aws.ConditionTypeSubnetsReady] = lack{"SubnetsNotFound", "SubnetSelector did not match any Subnets"}
	}
	if !has(things, "aws:ec2/securityGroup:SecurityGroup", groups) {
		lacking[aws.ConditionTypeSecurityGroupsReady] = lack{
			"SecurityGroupsNotFound", "SecurityGroupSelector did not match any SecurityGroups",
		}
	}
	profile := class.Spec.InstanceProfile
	if profile != nil && !has(things, "aws:iam/instanceProfile:InstanceProfile", []string{*profile}) {
		lacking[aws.ConditionTypeInstanceProfileReady] = lack{
			"InstanceProfileNotFound", "Instance Profile " + *profile + " cannot be found.",
		}
	}
	return lacking, nil
}

func (i inventory) things() ([]thing, error) {
	text, err := os.ReadFile(string(i))
	if err != nil {
		return nil, err
	}
	var content struct {
		Things []thing `json:"things"`
	}
	return content.Things, json.Unmarshal(text, &content)
}

// has is false unless each of the names is one: one that is gone would only show when a node does not come.
func has(things []thing, token string, names []string) bool {
	known := map[string]bool{"": true}
	for _, thing := range things {
		if thing.Token == token {
			known[thing.ID] = true
			name, _ := thing.State["name"].(string)
			known[name] = true
		}
	}
	for _, name := range names {
		if !known[name] {
			return false
		}
	}
	return true
}
