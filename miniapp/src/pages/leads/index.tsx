import { useQuery } from '@tanstack/react-query';
import { Button, Text, View } from '@tarojs/components';

export default function LeadsPage() {
  const ready = useQuery({ queryKey: ['ready', 'pages/leads'], queryFn: async () => '已就绪' });
  return (
    <View>
      <Text>线索</Text>
      <Text>{ready.data ?? '正在加载'}</Text>
      <Button onClick={() => void ready.refetch()}>刷新</Button>
    </View>
  );
}
