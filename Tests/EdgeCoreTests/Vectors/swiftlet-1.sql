-- What edgecore wrote before its tables had a version 2.
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1 objects, twins');
CREATE TABLE object (
  kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
  uid TEXT NOT NULL, created INTEGER NOT NULL, generation INTEGER NOT NULL, resource_version INTEGER NOT NULL,
  version TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (kind, namespace, name)
) WITHOUT ROWID;
CREATE TABLE twin (
  namespace TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (namespace, name)
) WITHOUT ROWID;
CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counter VALUES ('resource_version', 50003);
INSERT INTO object VALUES ('DeviceModel', 'default', 'boiler-model', 'a9b1', 1795411140000, 1, 1, 'v1beta1', '{"apiVersion":"devices.kubeedge.io/v1beta1","kind":"DeviceModel","metadata":{"name":"boiler-model","namespace":"default"},"spec":{"properties":[{"accessMode":"ReadOnly","name":"temperature","type":"FLOAT"},{"accessMode":"ReadWrite","maximum":"90","minimum":"40","name":"target","type":"FLOAT"}],"protocol":"temperature"}}');
INSERT INTO object VALUES ('Device', 'default', 'boiler', 'c7d2', 1795411140000, 1, 2, 'v1beta1', '{"apiVersion":"devices.kubeedge.io/v1beta1","kind":"Device","metadata":{"name":"boiler","namespace":"default"},"spec":{"deviceModelRef":{"name":"boiler-model"},"nodeName":"edge-node-1","properties":[{"collectCycle":1000,"name":"temperature"},{"desired":{"value":"70"},"name":"target"}]}}');
INSERT INTO twin VALUES ('default', 'boiler', '{"modelFound":true,"state":"online","lastOnline":1795411150000,"model":"boiler-model","protocol":"temperature","properties":{"temperature":{"type":"float","declared":true,"readOnly":true,"actual":{"value":"64.5","timestamp":1795411150000},"actualVersion":3},"target":{"type":"float","declared":true,"minimum":"40","maximum":"90","expected":{"value":"70","timestamp":1795411140000},"expectedVersion":1}},"conditions":[{"type":"ModelFound","status":"True","reason":"Found","message":"the model \"boiler-model\" is there","since":1795411140000}],"answered":[{"id":"e1","digest":"cbf29ce484222325"}]}');
