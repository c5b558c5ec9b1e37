/// What makes a container of it.
extension NewPackage {
  var dockerfile: GeneratedFile {
    GeneratedFile(
      "Dockerfile",
      text: #"""
        # docker build -t \#(names.name)-mapper:0.1.0\#(sdk.buildContext) .
        FROM swift:6.3-bookworm AS build
        RUN apt-get update && apt-get install -y --no-install-recommends libmosquitto-dev libyaml-dev pkg-config \
         && rm -rf /var/lib/apt/lists/*
        \#(sdk.copyInstruction)WORKDIR /driver
        COPY Package.swift ./
        COPY Sources Sources
        COPY Tests Tests
        RUN swift build -c release --product \#(names.name)-mapper --static-swift-stdlib \
         && cp "$(swift build -c release --show-bin-path)/\#(names.name)-mapper" /\#(names.name)-mapper

        FROM debian:bookworm-slim
        RUN apt-get update && apt-get install -y --no-install-recommends libmosquitto1 libyaml-0-2 \
         && rm -rf /var/lib/apt/lists/*
        COPY --from=build /\#(names.name)-mapper /usr/local/bin/\#(names.name)-mapper
        ENTRYPOINT ["\#(names.name)-mapper"]

        """#)
  }

  var deployment: GeneratedFile {
    GeneratedFile(
      "deployment.yaml",
      text: #"""
        # One mapper on one edge node. It uses the host's network, since edgecore and its broker listen on 127.0.0.1.
        # Set the image, and the node in both places; kubectl apply -f deployment.yaml
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \#(names.name)-mapper
          namespace: default
        data:
          config.yaml: |
            common:
              name: \#(names.name)-mapper
              protocol: "\#(names.protocolName)"
              api_server: http://127.0.0.1:10550
              mqtt_server: tcp://127.0.0.1:1883
              http_port: 7777
              log_level: info
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \#(names.name)-mapper
          namespace: default
        spec:
          replicas: 1
          # Two mappers of one node would both write what is desired.
          strategy:
            type: Recreate
          selector:
            matchLabels:
              app: \#(names.name)-mapper
          template:
            metadata:
              labels:
                app: \#(names.name)-mapper
            spec:
              nodeName: edge-node-1
              hostNetwork: true
              containers:
                - name: mapper
                  image: \#(names.name)-mapper:0.1.0
                  args: ["--config-file", "/etc/mapper/config.yaml", "--state-directory", "/var/lib/mapper"]
                  env:
                    - name: MAPPER_NODE_NAME
                      valueFrom:
                        fieldRef:
                          fieldPath: spec.nodeName
                  livenessProbe:
                    httpGet:
                      host: 127.0.0.1
                      port: 7777
                      path: /livez
                  readinessProbe:
                    httpGet:
                      host: 127.0.0.1
                      port: 7777
                      path: /readyz
                  resources:
                    requests:
                      cpu: 50m
                      memory: 32Mi
                  volumeMounts:
                    - name: config
                      mountPath: /etc/mapper
                    - name: state
                      mountPath: /var/lib/mapper
                    # The login that edgecore made for mappers, at the place where the mapper looks for it.
                    - name: mqtt
                      mountPath: /var/lib/kubeedge/mqtt
                      readOnly: true
              volumes:
                - name: mqtt
                  hostPath:
                    path: /var/lib/kubeedge/mqtt
                    type: DirectoryOrCreate
                - name: config
                  configMap:
                    name: \#(names.name)-mapper
                - name: state
                  hostPath:
                    path: /var/lib/kubeedge/mappers/\#(names.name)-mapper
                    type: DirectoryOrCreate

        """#)
  }
}
