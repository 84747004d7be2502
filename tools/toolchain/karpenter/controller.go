package main

import (
	"fmt"
	"os"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kwok "sigs.k8s.io/karpenter/kwok/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/overlay"
	"sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/operator"
)

// control is kwok/main.go of Karpenter with another cloud. KUBECONFIG is Karpenter's own access to the cluster,
// CLOUD_KUBECONFIG that of the cloud: on AWS no controller makes a node, but the kubelet of an instance does.
// CLOUD_INVENTORY is the file that says what the cloud has.
func control() {
	ctx, op := operator.NewOperator()
	types, err := kwok.ConstructInstanceTypes(ctx)
	must(err, "the instance types cannot be read")
	instances, err := cloudClient(os.Getenv("CLOUD_KUBECONFIG"))
	must(err, "the cloud has no access to the cluster")
	ec2 := newCloud(ctx, instances, types)
	decorated := overlay.Decorate(ec2, op.GetClient(), op.InstanceTypeStore)
	cluster := state.NewCluster(op.Clock, op.GetClient(), decorated)
	op.WithControllers(ctx, controllers.NewControllers(
		ctx,
		op.Manager,
		op.Clock,
		op.GetClient(),
		op.EventRecorder,
		decorated,
		ec2,
		cluster,
		op.InstanceTypeStore,
	)...).WithControllers(ctx, &nodeClasses{op.GetClient(), inventory(os.Getenv("CLOUD_INVENTORY"))}).Start(ctx)
}

func cloudClient(kubeconfig string) (client.Client, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	return client.New(config, client.Options{Scheme: scheme.Scheme})
}

func must(err error, problem string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "karpenter: %s: %v\n", problem, err)
		os.Exit(1)
	}
}
