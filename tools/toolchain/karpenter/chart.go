package main

import (
	"encoding/json"
	"fmt"
	"io"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"sigs.k8s.io/yaml"
)

// release is what a user asks of Helm.
type release struct {
	Name      string         `json:"name"`
	Namespace string         `json:"namespace"`
	Values    map[string]any `json:"values"`
	// Version is that of the sources. It is written into a chart, and into its image, only when the chart is published.
	Version string `json:"version"`
	// KubeVersion is the cluster's, as v1.36.3.
	KubeVersion string `json:"kubeVersion"`
}

// printChart renders the chart in a folder with Helm's own engine.
func printChart(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("karpenter chart takes the folder of a chart, and a release on its standard input")
	}
	var asked release
	if err := json.NewDecoder(in).Decode(&asked); err != nil {
		return fmt.Errorf("the release is no JSON: %w", err)
	}
	objects, err := asked.render(args[0])
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(objects)
}

func (r release) render(folder string) ([]any, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	chart.Metadata.Version = r.Version
	chart.Metadata.AppVersion = r.Version
	published := map[string]any{"controller": map[string]any{"image": map[string]any{"tag": r.Version, "digest": ""}}}
	chart.Values = chartutil.CoalesceTables(published, chart.Values)
	kube, err := chartutil.ParseKubeVersion(r.KubeVersion)
	if err != nil {
		return nil, err
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = *kube
	options := chartutil.ReleaseOptions{Name: r.Name, Namespace: r.Namespace, Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(chart, r.Values, options, capabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, values)
	if err != nil {
		return nil, err
	}
	_, manifests, err := releaseutil.SortManifests(files, capabilities.APIVersions, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	objects := make([]any, 0, len(manifests))
	for _, manifest := range manifests {
		var object any
		if err := yaml.Unmarshal([]byte(manifest.Content), &object); err != nil {
			return nil, fmt.Errorf("%s: %w", manifest.Name, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}
