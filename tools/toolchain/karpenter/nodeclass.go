package main

import (
	"context"
	"time"

	aws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	controllerruntime "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
)

// nodeClasses stands for the controllers of AWS that look up in EC2 what a node class names. Like theirs, it lets a
// class go only after the last claim that uses it.
type nodeClasses struct {
	client    client.Client
	inventory inventory
}

// pollInterval is how often AWS, or the claims of a class that is to go, are looked at again.
const pollInterval = time.Second

func (c *nodeClasses) Register(_ context.Context, m manager.Manager) error {
	return controllerruntime.NewControllerManagedBy(m).Named("nodeclass").For(&aws.EC2NodeClass{}).Complete(c)
}

func (c *nodeClasses) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	class := &aws.EC2NodeClass{}
	if err := c.client.Get(ctx, request.NamespacedName, class); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if class.DeletionTimestamp != nil {
		return c.release(ctx, class)
	}
	return c.judge(ctx, class)
}

func (c *nodeClasses) judge(ctx context.Context, class *aws.EC2NodeClass) (reconcile.Result, error) {
	before := class.DeepCopy()
	if controllerutil.AddFinalizer(class, aws.TerminationFinalizer) {
		if err := c.client.Patch(ctx, class, client.MergeFrom(before)); err != nil {
			return reconcile.Result{}, client.IgnoreNotFound(err)
		}
		before = class.DeepCopy()
	}
	lacking, err := c.inventory.lacks(class)
	if err != nil {
		return reconcile.Result{}, err
	}
	conditions := class.StatusConditions()
	for _, condition := range []string{
		aws.ConditionTypeAMIsReady,
		aws.ConditionTypeCapacityReservationsReady,
		aws.ConditionTypeInstanceProfileReady,
		aws.ConditionTypePlacementGroupReady,
		aws.ConditionTypeSecurityGroupsReady,
		aws.ConditionTypeSubnetsReady,
		aws.ConditionTypeValidationSucceeded,
	} {
		if missing, ok := lacking[condition]; ok {
			conditions.SetFalse(condition, missing.reason, missing.message)
		} else {
			conditions.SetTrue(condition)
		}
	}
	if err := c.client.Status().Patch(ctx, class, client.MergeFrom(before)); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if len(lacking) > 0 {
		return reconcile.Result{RequeueAfter: pollInterval}, nil
	}
	return reconcile.Result{}, nil
}

func (c *nodeClasses) release(ctx context.Context, class *aws.EC2NodeClass) (reconcile.Result, error) {
	claims := &karpenter.NodeClaimList{}
	using := client.MatchingFields{"spec.nodeClassRef.name": class.Name}
	if err := c.client.List(ctx, claims, using); err != nil {
		return reconcile.Result{}, err
	}
	if len(claims.Items) > 0 {
		return reconcile.Result{RequeueAfter: pollInterval}, nil
	}
	before := class.DeepCopy()
	if controllerutil.RemoveFinalizer(class, aws.TerminationFinalizer) {
		return reconcile.Result{}, client.IgnoreNotFound(c.client.Patch(ctx, class, client.MergeFrom(before)))
	}
	return reconcile.Result{}, nil
}
