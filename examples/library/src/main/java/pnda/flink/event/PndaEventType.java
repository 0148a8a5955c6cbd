// What Flink is told of PndaEvent's fields: by itself it would take the map for something unknown.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

public final class PndaEventType extends TypeInfoFactory<PndaEvent> {
  public static TypeInformation<PndaEvent> of() {
    Map<String, TypeInformation<?>> fields = new HashMap<>();
    fields.put("timestamp", Types.LONG);
    fields.put("source", Types.STRING);
    fields.put("rawdata", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    fields.put("extensions", Types.MAP(Types.STRING, Types.STRING));
    return Types.POJO(PndaEvent.class, fields);
  }

  @Override
  public TypeInformation<PndaEvent> createTypeInfo(Type type, Map<String, TypeInformation<?>> parameters) {
    return of();
  }
}
