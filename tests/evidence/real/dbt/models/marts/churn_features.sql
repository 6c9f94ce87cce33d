select customer_id, count(*) as orders, max(dbt_valid_from) as changed_at
from {{ ref('customers_history') }}
join {{ ref('stg_orders') }} using (customer_id)
group by customer_id
