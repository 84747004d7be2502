package main

import (
	"context"

	aws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/awslabs/operatorpkg/status"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/karpenter/kwok/apis/v1alpha1"
	kwok "sigs.k8s.io/karpenter/kwok/cloudprovider"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
)

// cloud is kwok's, which makes a Node object where another makes an instance, for the node classes of AWS.
type cloud struct {
	*kwok.CloudProvider
	kubelets kubelets
}

func newCloud(ctx context.Context, instances client.Client, types []*cloudprovider.InstanceType) *cloud {
	capacities := map[string]corev1.ResourceList{}
	for _, it := range types {
		capacities[it.Name] = it.Capacity
	}
	own := kubelets{instances, capacities}
	return &cloud{kwok.NewCloudProvider(ctx, own, types), own}
}

func (c *cloud) GetSupportedNodeClasses() []status.Object {
	return []status.Object{&aws.EC2NodeClass{}}
}

// GetInstanceTypes gives each type the disk that the pool's class asks for.
func (c *cloud) GetInstanceTypes(ctx context.Context, pool *karpenter.NodePool) ([]*cloudprovider.InstanceType, error) {
	types, err := c.CloudProvider.GetInstanceTypes(ctx, pool)
	if err != nil {
		return nil, err
	}
	disk, err := c.kubelets.disk(ctx, pool.Spec.Template.Spec.NodeClassRef.Name)
	if err != nil || disk == nil {
		return types, client.IgnoreNotFound(err)
	}
	with := make([]*cloudprovider.InstanceType, 0, len(types))
	for _, it := range types {
		capacity := it.Capacity.DeepCopy()
		capacity[corev1.ResourceEphemeralStorage] = *disk
		with = append(with, &cloudprovider.InstanceType{
			Name:         it.Name,
			Requirements: it.Requirements,
			Offerings:    it.Offerings,
			Capacity:     capacity,
			Overhead:     it.Overhead,
		})
	}
	return with, nil
}

// Create gives the claim the whole machine. kwok states only what the first pods ask for, and a pool's limits, which
// are compared with the capacity of its nodes, would never be reached.
func (c *cloud) Create(ctx context.Context, claim *karpenter.NodeClaim) (*karpenter.NodeClaim, error) {
	made, err := c.CloudProvider.Create(ctx, claim)
	if err != nil {
		return nil, err
	}
	made.Status.Capacity, made.Status.Allocatable, err = c.kubelets.whole(ctx, made.Labels, made.Status.Allocatable)
	return made, err
}

// kubelets is how kwok's cloud reaches the cluster: it asks for node classes, and makes nodes.
type kubelets struct {
	client.Client
	// capacities says what a machine has, by its type.
	capacities map[string]corev1.ResourceList
}

// Get answers with the node class of AWS where kwok asks for its own.
func (k kubelets) Get(ctx context.Context, key client.ObjectKey, object client.Object, opts ...client.GetOption) error {
	asked, ok := object.(*v1alpha1.KWOKNodeClass)
	if !ok {
		return k.Client.Get(ctx, key, object, opts...)
	}
	class := &aws.EC2NodeClass{}
	if err := k.Client.Get(ctx, key, class, opts...); err != nil {
		return err
	}
	asked.ObjectMeta = class.ObjectMeta
	asked.SetConditions(class.GetConditions())
	return nil
}

func (k kubelets) Create(ctx context.Context, object client.Object, opts ...client.CreateOption) error {
	node, ok := object.(*corev1.Node)
	if !ok {
		return k.Client.Create(ctx, object, opts...)
	}
	node = node.DeepCopy()
	capacity, allocatable, err := k.whole(ctx, node.Labels, node.Status.Allocatable)
	if err != nil {
		return err
	}
	node.Status.Capacity, node.Status.Allocatable = capacity, allocatable
	return k.Client.Create(ctx, node, opts...)
}

// whole says what a node of these labels has, and what of it pods may have.
func (k kubelets) whole(
	ctx context.Context,
	labels map[string]string,
	allocatable corev1.ResourceList,
) (corev1.ResourceList, corev1.ResourceList, error) {
	capacity := k.capacities[labels[corev1.LabelInstanceTypeStable]].DeepCopy()
	allocatable = allocatable.DeepCopy()
	disk, err := k.disk(ctx, labels[classLabel])
	if err != nil {
		return nil, nil, err
	}
	if disk != nil {
		capacity[corev1.ResourceEphemeralStorage] = *disk
		allocatable[corev1.ResourceEphemeralStorage] = *disk
	}
	return capacity, allocatable, nil
}

// classLabel is put on each claim by Karpenter, and from there on its node.
const classLabel = "karpenter.k8s.aws/ec2nodeclass"

// disk is the root disk that a class asks for; nil where it asks for none, so that a machine has EC2's default.
func (k kubelets) disk(ctx context.Context, class string) (*resource.Quantity, error) {
	found := &aws.EC2NodeClass{}
	if err := k.Client.Get(ctx, client.ObjectKey{Name: class}, found); err != nil {
		return nil, err
	}
	for _, mapping := range found.Spec.BlockDeviceMappings {
		if mapping.RootVolume && mapping.EBS != nil {
			return mapping.EBS.VolumeSize, nil
		}
	}
	return nil, nil
}
