// Command karpenter is the autoscaler itself, with all its controllers and the node class of AWS, over kwok's cloud in
// place of EC2. Its first argument picks what it does:
//
//	karpenter controller              runs until it is ended; environment variables say the rest, as in the image of AWS
//	karpenter chart FOLDER < release  prints what Helm would install, one JSON array of objects in that order
package main

import (
	"fmt"
	"os"
)

func main() {
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
		os.Args = append(os.Args[:1], os.Args[2:]...)
	}
	switch command {
	case "controller":
		control()
	case "chart":
		if err := printChart(os.Args[1:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		fmt.Fprintf(os.Stderr, "karpenter: unknown command %q; controller or chart\n", command)
		os.Exit(2)
	}
}
