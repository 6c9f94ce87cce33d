select newest.email, segments.segment
from {{ ref('int_newest') }} as newest
join {{ ref('stg_orders') }} as orders using (customer_id)
join {{ ref('segments') }} as segments on orders.amount >= segments.at_least
