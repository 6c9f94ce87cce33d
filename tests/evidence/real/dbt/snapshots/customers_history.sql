{% snapshot customers_history %}
{{ config(target_schema='snapshots', unique_key='customer_id', strategy='check', check_cols=['email', 'phone'], meta={'ropa': 'contact'}) }}
select customer_id, email, phone from {{ ref('stg_customers') }}
{% endsnapshot %}
